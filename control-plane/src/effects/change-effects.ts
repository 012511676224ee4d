import type { Transaction } from 'kysely';
import type { Tables } from '../database/tables.ts';
import { type AffectedEntity, findEffects } from './find-effects.ts';
import { loadWorld } from './load-world.ts';
import { type Change, withChanges } from './world.ts';

export type ChangeEffects = {
  /** The worst first. */
  readonly affected: readonly AffectedEntity[];
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
  return { affected: findEffects(subjects, { before, after, nowMs: now.getTime() }), isComplete };
}
