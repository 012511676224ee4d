import { type EntityKind, entityKinds } from './entity-kind.ts';
import { byKind, kinds, type PersonalKind, type Specs } from './kinds.ts';
import { markOf } from './marks.ts';
import { markedPathsOf, type Reference, referencesAt } from './reference.ts';

export type SecretField = { readonly field: string; readonly as: 'sealed' | 'hashed' };

const markedPaths = byKind((kind) => markedPathsOf(kinds[kind].declaration));
const referencePaths = byKind((kind) => markedPaths[kind].filter(({ mark }) => mark.reference));
const fieldsWithSecrets = byKind((kind): readonly SecretField[] =>
  markedPaths[kind].flatMap(({ path: [field], mark: { secret } }) => (secret && field ? [{ field, as: secret }] : [])),
);
const fieldsWithPersonalData = byKind((kind): readonly string[] =>
  markedPaths[kind].flatMap(({ path: [field], mark: { personal } }) => (personal && field ? [field] : [])),
);

/** Every name by which an entity refers to others, and where it stands. Takes what is declared or what is stored. */
export const referencesIn = <Kind extends EntityKind>(kind: Kind, spec: Specs[Kind]): readonly Reference[] =>
  referencesAt(referencePaths[kind], spec);

/** The fields of a kind that hold secrets; all stand at the top of its declaration. */
export const secretFields = (kind: EntityKind): readonly SecretField[] => fieldsWithSecrets[kind];

/** The fields of a kind that hold personal data; all stand at the top of its declaration. */
export const personalFields = (kind: EntityKind): readonly string[] => fieldsWithPersonalData[kind];

/** Whether an entity of this kind has personal data, which can be erased. */
export const isPersonal = (kind: EntityKind): kind is PersonalKind => personalFields(kind).length > 0;

export const personalKinds = entityKinds.filter(isPersonal);

/** Kinds whose entities declare quotas: a list of them, or each one itself. */
export const quotaKinds = entityKinds.filter(
  (kind) => kind === 'budget' || kind === 'rate-limit' || 'budgets' in kinds[kind].declaration.shape,
);

/** What of an entity is stored and shown, but not enforced by this version: `*` if all of it is. */
export function notEnforcedIn<Kind extends EntityKind>(kind: Kind, spec: Specs[Kind]): readonly string[] {
  if (markOf(kinds[kind].declaration).notEnforced) return ['*'];
  return markedPaths[kind].flatMap(({ path: [field], mark: { notEnforced } }) =>
    notEnforced && field && Object.hasOwn(spec, field) ? [field] : [],
  );
}
