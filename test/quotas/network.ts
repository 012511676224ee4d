import type { VirtualTime } from './virtual-time.ts';

/** What befalls messages; shares of 1. */
export type Faults = {
  readonly lost: number;
  readonly doubled: number;
  /** Of the transactions, those that are rolled back. */
  readonly rolledBack: number;
  /** Most messages take no longer than this. */
  readonly delayMs: number;
  /** Those that take up to `lateMs`, and so come behind others that were sent after them. */
  readonly late: number;
  readonly lateMs: number;
};

export const NO_FAULTS: Faults = Object.freeze({ lost: 0, doubled: 0, rolledBack: 0, delayMs: 3, late: 0, lateMs: 0 });

/** Carries messages; what it does to them depends on nothing but the seed. */
export type Network = {
  carry(deliver: () => void | Promise<void>): void;
  chance(share: number): boolean;
  faults: Faults;
};

export function createNetwork(time: VirtualTime, seed: number, faults: Faults): Network {
  const random = mulberry32(seed);
  const network: Network = {
    faults,
    chance: (share) => share > 0 && random() < share,
    carry(deliver) {
      const { lost, doubled, delayMs, late, lateMs } = network.faults;
      if (network.chance(lost)) return;
      const copies = network.chance(doubled) ? 2 : 1;
      for (let copy = 0; copy < copies; copy += 1) {
        time.after(random() * (network.chance(late) ? lateMs : delayMs), deliver);
      }
    },
  };
  return network;
}

/** A generator of 32 bits that is good enough to choose what goes wrong. */
function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d_2b_79_f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
