import { type Memory, readMemory } from '../../machine/process-figures.ts';
import { median } from '../../measure/samples.ts';
import type { Bed } from '../bed.ts';
import { type DeltaFigures, measureDeltas } from './measure-deltas.ts';
import { measureNode, type NodeFigures } from './measure-node.ts';
import { readSnapshot, type SnapshotFigures } from './read-snapshot.ts';
import { seedKeys } from './seed-keys.ts';

export interface ScaleFigures {
  readonly keys: number;
  /** Of a change set of 10,000 keys: the median, and the last ones; null if they were there from an earlier run. */
  readonly changeSetMs: number | null;
  readonly lastChangeSetsMs: number | null;
  readonly snapshot: SnapshotFigures;
  readonly controlPlane: Memory;
  readonly delta: DeltaFigures;
  readonly node: NodeFigures;
}

const LAST = 10;

/** What a configuration of so many keys costs to make, to hand out, to hold, and to change by one. */
export async function measureScale(bed: Bed, keys: number, say: (line: string) => void): Promise<ScaleFigures> {
  const changeSets = await seedKeys(bed, keys, say);
  say('reading the snapshot');
  const snapshot = await readSnapshot(bed);
  const controlPlane = await readMemory([bed.controlPid]);
  say('changing one key');
  const delta = await measureDeltas(bed, snapshot);
  say('starting a node');
  const node = await measureNode(bed);
  const orNull = (values: readonly number[]): number | null => (values.length > 0 ? median(values) : null);
  return {
    keys,
    changeSetMs: orNull(changeSets),
    lastChangeSetsMs: orNull(changeSets.slice(-LAST)),
    snapshot,
    controlPlane,
    delta,
    node,
  };
}
