import { type EntityId, type EntityState, parseEntityId } from '../aggregate/entity.ts';
import { describeEntity } from '../change-set/naming.ts';
import { type Access, createAccess } from './access.ts';
import { compareLimits, type LimitChange } from './limits.ts';
import { covers } from './model-patterns.ts';
import { isSubject, KEY_KIND, SUBJECT_KINDS, type World } from './world.ts';

/** What a change set means for a key, or for whoever holds keys, beyond what the plan says of the entity itself. */
export type AffectedEntity = {
  readonly id: EntityId;
  /** Why it stops working, such as `team search is blocked`; null if it does not. Only keys work. */
  readonly stops: string | null;
  /** What stops it, if that is another. */
  readonly stoppedBy: EntityId | null;
  /** Whether it works again. */
  readonly starts: boolean;
  /** Names and wildcards that it may ask for from then on, or no longer. */
  readonly modelsGained: readonly string[];
  readonly modelsLost: readonly string[];
  /** Limits that bind it, its own and those of what it belongs to. */
  readonly limits: readonly (LimitChange & { readonly setOn: EntityId })[];
};

/**
 * What the difference between two worlds means for entities that are there before it; those whom it does not concern are
 * left out. Pure. The worst comes first: what stops, what loses models, what gets less; then the widest tenants first, and by name.
 */
export function findEffects(
  subjects: readonly EntityId[],
  { before, after, nowMs }: { readonly before: World; readonly after: World; readonly nowMs: number },
): readonly AffectedEntity[] {
  const [was, is] = [createAccess(before, nowMs), createAccess(after, nowMs)];
  return subjects
    .filter((id) => isSubject(id) && before.entities.has(id))
    .map((id) => compare(id, { was: was(id), is: is(id), secretChanges: secretChanges(id, before, after) }))
    .filter(isFelt)
    .sort((one, other) => severity(one) - severity(other) || rank(one) - rank(other) || (one.id < other.id ? -1 : 1));
}

type Compared = { readonly was: Access; readonly is: Access; readonly secretChanges: boolean };

function compare(id: EntityId, { was, is, secretChanges }: Compared): AffectedEntity {
  const nothing = { id, stops: null, stoppedBy: null, starts: false, modelsGained: [], modelsLost: [], limits: [] };
  const isKey = parseEntityId(id).kind === KEY_KIND;
  if (is.obstacle !== undefined) {
    if (!isKey || was.obstacle) return nothing;
    const { by, what } = is.obstacle;
    return by === id
      ? { ...nothing, stops: `it ${what}` }
      : { ...nothing, stops: `${describeEntity(by)} ${what}`, stoppedBy: by };
  }
  if (was.obstacle !== undefined) return { ...nothing, starts: isKey };
  return {
    ...nothing,
    stops: secretChanges ? 'its secret changes: the old one is refused' : null,
    modelsGained: missingIn(was.models, is.models),
    modelsLost: missingIn(is.models, was.models),
    limits: [...new Set([...was.limits.keys(), ...is.limits.keys()])].flatMap((setOn) =>
      compareLimits(was.limits.get(setOn) ?? [], is.limits.get(setOn) ?? []).map((change) => ({ ...change, setOn })),
    ),
  };
}

/** What is among `wanted` and is not allowed by `allowed`. */
function missingIn(allowed: readonly string[], wanted: readonly string[]): readonly string[] {
  const exact = new Set(allowed);
  const wildcards = allowed.filter((pattern) => pattern.endsWith('*'));
  return wanted.filter((one) => !exact.has(one) && !wildcards.some((wildcard) => covers(wildcard, one)));
}

/** A secret that was rotated with a grace is still taken for a while. */
function secretChanges(id: EntityId, before: World, after: World): boolean {
  const [old, state] = [secretOf(before.entities.get(id)?.state), after.entities.get(id)?.state];
  const current = secretOf(state);
  const isStillTaken = state?.previousSecrets?.some(({ sha256 }) => sha256 === old) ?? false;
  return old !== undefined && current !== undefined && old !== current && !isStillTaken;
}

function secretOf(state: EntityState | undefined): string | undefined {
  const { secret } = (state?.spec ?? {}) as { readonly secret?: { readonly sha256?: string } };
  return secret?.sha256;
}

/** Whether there is anything to be told of it. */
export const isFelt = ({ stops, starts, modelsGained, modelsLost, limits }: AffectedEntity): boolean =>
  stops !== null || starts || modelsGained.length > 0 || modelsLost.length > 0 || limits.length > 0;

/** The widest first, keys last. */
const rank = ({ id }: AffectedEntity): number => SUBJECT_KINDS.indexOf(parseEntityId(id).kind);

function severity({ stops, modelsLost, limits }: AffectedEntity): number {
  if (stops !== null) return 0;
  if (modelsLost.length > 0) return 1;
  return limits.some(({ direction }) => direction === 'down') ? 2 : 3;
}
