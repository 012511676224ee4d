import type { Transaction } from 'kysely';
import type { EntityId } from '../aggregate/entity.ts';
import type { ChangeOrigin } from '../change-set/change-request.ts';
import { countHidden, seenBy } from '../change-set/naming.ts';
import type { Tables } from '../database/tables.ts';
import { type AffectedEntity, findEffects, isFelt } from './find-effects.ts';
import { loadWorld } from './load-world.ts';
import { type Change, withChanges } from './world.ts';

export type ChangeEffects = {
  /** The worst first. */
  readonly affected: readonly AffectedEntity[];
  /** How many are affected besides that whoever asks may not see, or by what he may not see. */
  readonly hidden: number;
  /** False if so many may be concerned that not all of them were looked at. */
  readonly isComplete: boolean;
};

/** What a change set means for keys and for what they belong to. Reads in the transaction that the change set was planned in. */
export async function readEffects(
  trx: Transaction<Tables>,
  changes: readonly Change[],
  now: Date,
): Promise<ChangeEffects> {
  const { before, subjects, isComplete } = await loadWorld(trx, changes);
  const after = withChanges(before, changes);
  return { affected: findEffects(subjects, { before, after, nowMs: now.getTime() }), hidden: 0, isComplete };
}

/** The effects as whoever asks may read them: what he may not see is counted, and not named. */
export async function tellEffects(
  trx: Transaction<Tables>,
  { affected, isComplete }: ChangeEffects,
  origin: Pick<ChangeOrigin, 'canSee'>,
): Promise<ChangeEffects> {
  const seen = await seenBy(origin, affected.flatMap(namedIn), trx);
  const visible = affected.filter(({ id }) => seen.has(id));
  const told = visible.map((one) => tellEffect(one, seen)).filter(isFelt);
  return { affected: told, hidden: affected.length - told.length, isComplete };
}

const namedIn = ({ id, stoppedBy, limits }: AffectedEntity): readonly EntityId[] => [
  id,
  ...(stoppedBy === null ? [] : [stoppedBy]),
  ...limits.map(({ setOn }) => setOn),
];

function tellEffect(one: AffectedEntity, seen: ReadonlySet<EntityId>): AffectedEntity {
  const { stoppedBy, limits } = one;
  const isTold = stoppedBy === null || seen.has(stoppedBy);
  return {
    ...one,
    ...(!isTold && { stops: `${countHidden(1)} stops it`, stoppedBy: null }),
    limits: limits.filter(({ setOn }) => seen.has(setOn)),
  };
}
