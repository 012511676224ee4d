import { createSamples, type Percentiles } from '../measure/samples.ts';
import type { Bed } from './bed.ts';
import { commit, monotonicMs } from './change-sets.ts';

export interface CommitFigures {
  readonly writers: number;
  readonly commitsPerSecond: number;
  readonly latencyMs: Percentiles;
}

/** Each writer commits one small change set after the other, over HTTP as any client does. */
export async function measureCommits({ graphql }: Bed, writers: number, seconds: number): Promise<CommitFigures> {
  const latency = createSamples();
  const startedMs = monotonicMs();
  const endMs = startedMs + seconds * 1000;
  let commits = 0;

  async function write(writer: number): Promise<void> {
    for (let turn = 0; monotonicMs() < endMs; turn += 1) {
      const beganMs = monotonicMs();
      await commit(graphql, [{ putTeam: { name: `writer-${writer}`, spec: { models: [`m-${turn}`] } } }]);
      latency.add(monotonicMs() - beganMs);
      commits += 1;
    }
  }

  await commit(graphql, [{ putTeam: { name: 'warm-up', spec: {} } }]);
  await Promise.all(Array.from({ length: writers }, (_, writer) => write(writer)));
  const tookSeconds = (monotonicMs() - startedMs) / 1000;
  return { writers, commitsPerSecond: commits / tookSeconds, latencyMs: latency.percentiles() };
}
