import { setTimeout as pause } from 'node:timers/promises';
import { createSamples, type Percentiles } from '../measure/samples.ts';
import type { Bed } from './bed.ts';
import { commit, monotonicMs } from './change-sets.ts';
import { startLightNodes } from './light-nodes/start.ts';
import type { Options } from './options.ts';

export interface PropagationFigures {
  readonly nodes: number;
  readonly rounds: number;
  /** From the answer to the mutation until a node refuses the key; less than 0 if it does so before. */
  readonly afterAnswerMs: Percentiles;
  /** From sending the mutation, so with the commit itself. */
  readonly afterSendingMs: Percentiles;
  /** The same for the last of the nodes. */
  readonly lastNodeMs: Percentiles;
}

const SECRET = 'sk-control-bench-propagation';
const KEY = 'propagation';
/** Between rounds, so that they do not pile up. */
const PAUSE_MS = 20;

/** Blocks and unblocks a key that all nodes look up after each change of their configuration. */
export async function measurePropagation(bed: Bed, options: Options): Promise<PropagationFigures> {
  const { graphql, controlUrl, sealKey, folder } = bed;
  await commit(graphql, [{ putVirtualKey: { name: KEY, spec: { secret: { value: SECRET } } } }]);
  const names = Array.from({ length: options.nodes }, (_, index) => `light-${index}`);
  const jobs = Array.from({ length: Math.min(options.nodeProcesses, options.nodes) }, (_, process) => ({
    controlUrl,
    sealKey,
    folder,
    secret: SECRET,
    names: names.filter((_name, index) => index % options.nodeProcesses === process),
  }));
  const nodes = await startLightNodes(jobs);
  const [afterAnswer, afterSending, lastNode] = [createSamples(), createSamples(), createSamples()];
  try {
    for (let round = 0; round < options.rounds; round += 1) {
      await pause(PAUSE_MS);
      const refusing = nodes.flips(false);
      const sentMs = monotonicMs();
      await commit(graphql, [{ blockVirtualKey: { name: KEY } }]);
      const answeredMs = monotonicMs();
      const refusedMs = await refusing;
      for (const atMs of refusedMs) {
        afterAnswer.add(atMs - answeredMs);
        afterSending.add(atMs - sentMs);
      }
      lastNode.add(Math.max(...refusedMs) - sentMs);
      const accepting = nodes.flips(true);
      await commit(graphql, [{ unblockVirtualKey: { name: KEY } }]);
      await accepting;
    }
  } finally {
    await nodes.stop();
  }
  return {
    nodes: options.nodes,
    rounds: options.rounds,
    afterAnswerMs: afterAnswer.percentiles(),
    afterSendingMs: afterSending.percentiles(),
    lastNodeMs: lastNode.percentiles(),
  };
}
