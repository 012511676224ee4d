import { type ChangeProblem, type FieldChange, toWords } from '@tollgate/schema';
import { type Entity, type EntityId, parseEntityId } from '../aggregate/entity.ts';
import { describeChange } from '../history/describe-change.ts';
import type { Current } from './current.ts';
import { idOf, type PlannedCommand } from './planned-command.ts';

/** An entity that is not at the version that a change expects. */
export type StaleVersion = { readonly id: EntityId; readonly expected: number; readonly actual: number };

/** What is known of how it came to that. */
export type StaleEntity = StaleVersion & {
  /** As it was at the version that was expected; undefined if there is no such version, or it was none then. */
  readonly was: Entity | undefined;
  /** As it is; undefined if it is none. */
  readonly is: Entity | undefined;
  readonly lastChange: LastChange | undefined;
};

export type LastChange = {
  readonly revision: number;
  readonly actor: string;
  readonly source: string;
  readonly at: Date;
};

const FIELDS_NAMED_MAX = 5;

/**
 * Compares the versions that are expected with those that are. `base` has the versions at a revision since which nothing
 * that is touched may have changed; what a change expects for itself goes before it. Pure.
 */
export function findStaleVersions(
  commands: readonly PlannedCommand[],
  { entities }: Pick<Current, 'entities'>,
  base?: ReadonlyMap<EntityId, number>,
): readonly StaleVersion[] {
  return commands.flatMap((planned) => {
    const id = idOf(planned);
    const actual = entities.get(id)?.version ?? 0;
    const expected = planned.expectedVersion ?? (base && (base.get(id) ?? 0));
    return expected === undefined || expected === actual ? [] : [{ id, expected, actual }];
  });
}

/** Says what changed since, by whom, when, and field by field. */
export function toStaleProblem(stale: StaleEntity): ChangeProblem {
  const { kind, name } = parseEntityId(stale.id);
  const fields = isSameLife(stale) ? (describeChange(stale.id, stale.was, stale.is)?.fields ?? []) : [];
  const { lastChange } = stale;
  const by = lastChange
    ? `, by ${lastChange.actor} (${lastChange.source}) at ${lastChange.at.toISOString()}, in revision ${lastChange.revision}`
    : '';
  return {
    code: 'stale_version',
    message: `${toWords(kind)} ${name} ${whatHappened(stale)}${by}${describeFields(stale, fields)}`,
    kind,
    name,
    ...(lastChange && { since: { ...lastChange, fields } }),
  };
}

/** A name that was deleted and used again is another entity, maybe of another tenant: its fields are nobody's to see here. */
const isSameLife = ({ was, is }: StaleEntity): boolean => was?.createdAt.getTime() === is?.createdAt.getTime();

function whatHappened({ expected, actual }: StaleVersion): string {
  if (actual === 0) return `was at version ${expected} but is deleted now`;
  if (expected === 0) return `was not there but is now, at version ${actual}`;
  if (expected > actual) return `has no version ${expected} yet; it is at version ${actual}`;
  return `changed since version ${expected} and is at version ${actual}`;
}

function describeFields({ was, is }: StaleEntity, fields: readonly FieldChange[]): string {
  if (!was || !is || fields.length === 0) return '';
  const named = fields.slice(0, FIELDS_NAMED_MAX).map(({ path, before, after }) => `${path} ${before} → ${after}`);
  const more = fields.length > FIELDS_NAMED_MAX ? `; and ${fields.length - FIELDS_NAMED_MAX} more fields` : '';
  return `: ${named.join('; ')}${more}`;
}
