import type { Delta, LeaseMessage } from '@tollgate/schema';
import type { QuotaMessage } from '../config/control-link.ts';
import type { MetricFamily } from '../metrics/metric-family.ts';

/**
 * What supervisor and workers say to each other over the channel of a forked process. Both are of the same build, so what
 * comes is believed. The channel keeps the order of messages; a configuration never travels in it, only its deltas.
 */

/** What a worker is told with its start. */
export type Assignment = {
  readonly nodeId: string;
  /** Unique to this life of the worker; its records and its spool folder have it. */
  readonly bootId: string;
  /** Among how many the node's bounds are divided. */
  readonly workers: number;
  readonly spoolFolder: string;
  readonly runsFolder: string;
  readonly configFolder: string;
  /** Where the node serves. */
  readonly url: string;
};

/** What a worker enforces now, or why it does not follow. */
export type Standing =
  | { readonly ok: true; readonly revision: number; readonly checksum: string; readonly unopened: readonly string[] }
  | { readonly ok: false; readonly reason: string };

/** Each is answered with the worker's standing, in the order in which they came. */
export type ConfigOrder =
  /** Read the whole disk copy; with `mayFold`, also fold and sign it anew where that is due. */
  | { readonly type: 'load'; readonly mayFold: boolean }
  | { readonly type: 'catch-up' }
  | { readonly type: 'delta'; readonly delta: Delta };

export type Question = 'metrics' | 'readiness';
/**
 * A question about the node is asked by a worker, the same about one worker by the supervisor. A worker's readiness is why
 * it takes no traffic, or null if it does.
 */
export type Answers = {
  readonly metrics: { readonly ofWorker: readonly MetricFamily[]; readonly ofNode: string };
  readonly readiness: { readonly ofWorker: string | null; readonly ofNode: Readiness };
};
export type Readiness = { readonly isReady: boolean; readonly text: string };

export type ToWorker =
  | ConfigOrder
  /** Comes with the listening socket of this slot, from which the worker takes connections until it is told to leave it. */
  | { readonly type: 'accept'; readonly slot: number }
  | { readonly type: 'leave'; readonly slot: number }
  | { readonly type: 'link'; readonly isConnected: boolean }
  | QuotaMessage
  | { readonly type: 'question'; readonly id: number; readonly about: Question }
  | { readonly type: 'answer'; readonly id: number; readonly value: unknown }
  /** Sealed segments of others were moved into the worker's spool folder. */
  | { readonly type: 'segments'; readonly bytes: number }
  /** Patiently: kept-alive connections may end by themselves, for others take the new ones. */
  | { readonly type: 'stop'; readonly isPatient: boolean };

export type FromWorker =
  | { readonly type: 'standing'; readonly standing: Standing }
  | { readonly type: 'accepting'; readonly slot: number }
  /** Its counts so far, now and then and at its end, so that they outlive it. */
  | { readonly type: 'counts'; readonly families: readonly MetricFamily[] }
  | LeaseMessage
  /** All that others had left in its spool folder was shipped. */
  | { readonly type: 'shipped' }
  | { readonly type: 'question'; readonly id: number; readonly about: Question }
  | { readonly type: 'answer'; readonly id: number; readonly value: unknown };
