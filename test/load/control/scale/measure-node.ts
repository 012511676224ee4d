import { setTimeout as pause } from 'node:timers/promises';
import type { RunningPlane } from '@tollgate/stack';
import { waitFor } from '../../../support/wait-for.ts';
import { workersOf } from '../../../support/workers-of.ts';
import { type Memory, readMemory } from '../../machine/process-figures.ts';
import { createSamples, type Percentiles } from '../../measure/samples.ts';
import type { Bed } from '../bed.ts';
import { commit, monotonicMs } from '../change-sets.ts';
import { keyName, keySecret } from './seed-keys.ts';

export interface NodeFigures {
  /** From the start of the process until it serves the configuration that it pulled. */
  readonly pullSeconds: number;
  readonly afterPull: Memory;
  /** The same with the copy on its disk. */
  readonly diskSeconds: number;
  readonly afterDisk: Memory;
  /** From sending the mutation that blocks one key until the node refuses it over HTTP. */
  readonly enforcedMs: Percentiles;
}

const LOAD_PATIENCE_MS = 120_000;
/** For the garbage of loading to be collected, as it is under traffic. */
const SETTLE_MS = 3_000;
const ROUNDS = 20;
const NAME = 'scale-node';

/** A real node with an empty folder, and once more with what it kept. */
export async function measureNode(bed: Bed): Promise<NodeFigures> {
  const pulling = await startTimed(bed);
  const afterPull = await settledMemory(pulling.node);
  await pulling.node.stop();
  const { node, seconds: diskSeconds } = await startTimed(bed);
  const afterDisk = await settledMemory(node);
  const enforcedMs = await measureEnforcement(bed, node);
  await node.stop();
  return { pullSeconds: pulling.seconds, afterPull, diskSeconds, afterDisk, enforcedMs };
}

async function startTimed(bed: Bed): Promise<{ readonly node: RunningPlane; readonly seconds: number }> {
  const beganMs = monotonicMs();
  const node = await bed.startNode(NAME);
  await waitFor('the node to be ready', async () => (await fetch(`${node.url}/readyz`)).ok, LOAD_PATIENCE_MS);
  return { node, seconds: (monotonicMs() - beganMs) / 1000 };
}

async function settledMemory({ pid }: RunningPlane): Promise<Memory> {
  await pause(SETTLE_MS);
  return readMemory([pid, ...workersOf(pid)]);
}

async function measureEnforcement({ graphql }: Bed, node: RunningPlane): Promise<Percentiles> {
  const samples = createSamples();
  const headers = { authorization: `Bearer ${keySecret(1)}` };
  const status = async (): Promise<number> => {
    const response = await fetch(`${node.url}/v1/models`, { headers });
    await response.body?.cancel();
    return response.status;
  };
  const until = async (wanted: number): Promise<number> => {
    while ((await status()) !== wanted);
    return monotonicMs();
  };
  for (let round = 0; round < ROUNDS; round += 1) {
    const sentMs = monotonicMs();
    const refused = until(401);
    await commit(graphql, [{ blockVirtualKey: { name: keyName(1) } }]);
    samples.add((await refused) - sentMs);
    const accepted = until(200);
    await commit(graphql, [{ unblockVirtualKey: { name: keyName(1) } }]);
    await accepted;
  }
  return samples.percentiles();
}
