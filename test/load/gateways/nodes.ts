import type { UsageRecord } from '@tollgate/schema';
import type { RunningPlane } from '@tollgate/stack';
import { waitFor } from '../../support/wait-for.ts';
import { type Bed, type NodeStart, startBed } from '../control/bed.ts';
import { type Change, commit } from '../control/change-sets.ts';
import { startUsageSink } from './usage-sink.ts';

/** Real nodes of a real control plane on a real Postgres; their usage goes to a sink that says yes. */
export interface Nodes {
  readonly bed: Bed;
  readonly all: readonly RunningPlane[];
  /** Commits changes, and waits until all nodes enforce them. */
  commit(changes: readonly Change[]): Promise<void>;
  stop(): Promise<void>;
}

/** @param onRecord is told each usage record once it was shipped */
export async function startNodes(
  names: readonly string[],
  { env = {}, nodeArgs = [] }: NodeStart,
  onRecord?: (record: UsageRecord) => void,
): Promise<Nodes> {
  const bed = await startBed(undefined);
  const sink = await startUsageSink(onRecord);
  const stop = async () => {
    await bed.stop();
    await sink.stop();
  };
  try {
    const all: RunningPlane[] = [];
    for (const name of names) {
      const node = await bed.startNode(name, { env: { TOLLGATE_ANALYTICS_URL: sink.url, ...env }, nodeArgs });
      await waitFor(`${name} to have its configuration`, async () => (await fetch(`${node.url}/readyz`)).ok);
      all.push(node);
    }
    return {
      bed,
      all,
      async commit(changes) {
        await commit(bed.graphql, changes, { awaitPropagation: { nodes: 'ALL' } });
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
