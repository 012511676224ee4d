import { z } from 'zod';

/** A POST of JSON with the internal bearer token. */
export const GAPS_QUERY_PATH = '/queries/gaps';

/** Boots with a request that started in [from, to) are checked. Instants are ISO 8601 in UTC. */
export const gapsQuery = z.strictObject({ from: z.iso.datetime(), to: z.iso.datetime() });
export type GapsQuery = z.infer<typeof gapsQuery>;

/** `firstSeq` to `lastSeq`, both missing, as is all between. */
export type SeqRange = { readonly firstSeq: number; readonly lastSeq: number };

/** A run of a node whose records are not exactly 1 to `highestSeq`, each once. */
export type BootGaps = {
  readonly nodeId: string;
  readonly bootId: string;
  /** The highest seq seen in the time asked for. */
  readonly highestSeq: number;
  readonly missing: number;
  /** Rows too many. */
  readonly repeated: number;
  readonly ranges: readonly SeqRange[];
};

export type GapsAnswer = {
  readonly bootsChecked: number;
  readonly recordsChecked: number;
  /** Empty if nothing is missing and nothing doubled. */
  readonly boots: readonly BootGaps[];
  /** Whether ranges or boots beyond the bound of an answer were left out. */
  readonly truncated: boolean;
};
