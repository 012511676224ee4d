import { z } from 'zod';
import { graphqlKind } from './entity-kind.ts';
import { PROPAGATION_FIELDS, propagation } from './propagation.ts';

export const fieldChange = z.object({ path: z.string(), before: z.string().nullable(), after: z.string().nullable() });

/** What a change was made through, as people read it: `cli`. */
export const changeSource = z.string().toLowerCase();

/** Whose an entity is and who changed it last; `at` is an instant as ISO text. */
const previous = z.object({
  revision: z.number(),
  owner: z.string(),
  ownedSince: z.object({ revision: z.number(), at: z.string() }),
  actor: z.string(),
  source: changeSource,
  at: z.string(),
});

export const entryAction = z.enum(['CREATE', 'UPDATE', 'DELETE', 'BLOCK', 'UNBLOCK', 'ERASE', 'ROTATE', 'TAKE_OVER']);
const entry = z.object({
  action: entryAction,
  kind: graphqlKind,
  name: z.string(),
  fields: z.array(fieldChange),
  cause: z.enum(['REQUESTED', 'PRUNE', 'CASCADE']),
  /** Who owns it afterwards; null if it is deleted. */
  owner: z.string().nullable(),
  /** Fields that are stored but not enforced by this version; `*` if all of it is so. */
  notEnforced: z.array(z.string()),
  /** How it came to be what it is before; null if it is new. */
  previous: previous.nullable(),
});

const since = previous.omit({ owner: true, ownedSince: true }).extend({ fields: z.array(fieldChange) });

export const problem = z.object({
  code: z.string(),
  message: z.string(),
  kind: graphqlKind.nullable(),
  name: z.string().nullable(),
  path: z.string().nullable(),
  /** Who changed what since, if the change set was decided on a state that is no longer. */
  since: since.nullable(),
});

const limitEffect = z.object({
  /** The id of the entity that it is set on, such as `team:search`. */
  setOn: z.string(),
  measure: z.string(),
  before: z.string().nullable(),
  after: z.string().nullable(),
  isRaised: z.boolean(),
});
const affected = z.object({
  kind: graphqlKind,
  name: z.string(),
  stops: z.string().nullable(),
  starts: z.boolean(),
  modelsGained: z.array(z.string()),
  modelsLost: z.array(z.string()),
  limits: z.array(limitEffect),
});
export const effects = z.object({
  affected: z.array(affected),
  /** How many are affected besides that are not listed, and how many that whoever asks may not see. */
  more: z.number(),
  hidden: z.number(),
  isComplete: z.boolean(),
});

/** What others than who proposes have to approve; 0 if no rule asks for any. */
const approvals = z.object({ count: z.number(), rules: z.array(z.string()) });
const namedInVain = z.object({ kind: graphqlKind, name: z.string(), models: z.array(z.string()) });

export const plan = z.object({
  revision: z.number(),
  entries: z.array(entry),
  problems: z.array(problem),
  effects,
  approvals,
  /** Lists that name models which would not be there. */
  namedInVain: z.array(namedInVain),
});
export const planEntry = entry;

export const commit = plan.omit({ effects: true, approvals: true, namedInVain: true }).extend({
  committed: z.boolean(),
  issuedSecrets: z.array(z.object({ name: z.string(), secret: z.string() })),
  /** Whether it was committed by an earlier try, so that secrets made then cannot be shown again. */
  replayed: z.boolean(),
  propagation: propagation.nullable(),
});

export type ChangeSince = z.infer<typeof since>;
export type PlanEntry = z.infer<typeof entry>;
/** `before` and `after` are JSON text, null where there is nothing. */
export type FieldChange = z.infer<typeof fieldChange>;
export type ServerProblem = z.infer<typeof problem>;
export type Effects = z.infer<typeof effects>;
export type AffectedEntity = z.infer<typeof affected>;
export type NamedInVain = z.infer<typeof namedInVain>;
export type Plan = z.infer<typeof plan>;
/** If there are problems, nothing was committed; without problems and not committed, there was nothing to change. */
export type Commit = z.infer<typeof commit>;

/** The selections that bring these answers. */
const FIELDS = 'fields { path before after }';
const ENTRIES_FIELDS = `revision entries { action kind name ${FIELDS} cause owner notEnforced
  previous { revision owner ownedSince { revision at } actor source at } }`;
export const PROBLEMS_FIELDS = `problems { code message kind name path since { revision actor source at ${FIELDS} } }`;
const EFFECTS_FIELDS = `effects { more hidden isComplete
  affected { kind name stops starts modelsGained modelsLost limits { setOn measure before after isRaised } } }`;
export const PLAN_FIELDS = `${ENTRIES_FIELDS} ${PROBLEMS_FIELDS} ${EFFECTS_FIELDS} approvals { count rules }
  namedInVain { kind name models }`;
export const COMMIT_FIELDS = `committed replayed ${ENTRIES_FIELDS} ${PROBLEMS_FIELDS}
  issuedSecrets { name secret } ${PROPAGATION_FIELDS}`;
