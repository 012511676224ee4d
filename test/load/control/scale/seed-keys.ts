import { createHash } from 'node:crypto';
import type { Bed } from '../bed.ts';
import { type Change, commit, monotonicMs } from '../change-sets.ts';

const CHANGES = 10_000;
const TEAMS = 1_000;

export const keyName = (index: number): string => `scale-${String(index).padStart(7, '0')}`;
/** The secret of a key that was made here. */
export const keySecret = (index: number): string => `sk-scale-${index}`;

const putKey = (index: number): Change => {
  const sha256 = createHash('sha256').update(keySecret(index)).digest('hex');
  const spec = { team: `scale-${index % TEAMS}`, secret: { sha256 }, tags: ['scale'] };
  return { putVirtualKey: { name: keyName(index), spec } };
};

/**
 * Makes keys through change sets of 10,000, from where an earlier run ended.
 * @returns how long each change set took
 */
export async function seedKeys({ graphql }: Bed, count: number, say: (line: string) => void): Promise<number[]> {
  const { virtualKeys } = await graphql<{ virtualKeys: { totalCount: number } }>(
    '{ virtualKeys(first: 1) { totalCount } }',
  );
  const tookMs: number[] = [];
  let next = Math.floor(virtualKeys.totalCount / CHANGES) * CHANGES;
  if (next >= count) return tookMs;
  await commit(
    graphql,
    Array.from({ length: TEAMS }, (_, index) => ({ putTeam: { name: `scale-${index}`, spec: {} } })),
  );
  while (next < count) {
    const size = Math.min(CHANGES, count - next);
    const from = next;
    const beganMs = monotonicMs();
    await commit(
      graphql,
      Array.from({ length: size }, (_, index) => putKey(from + index)),
    );
    tookMs.push(monotonicMs() - beganMs);
    next += size;
    if (next % 100_000 === 0) say(`${next} keys; the last change set took ${Math.round(tookMs.at(-1) ?? 0)} ms`);
  }
  return tookMs;
}
