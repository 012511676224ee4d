import type { JsonRecord } from '../json/json-value.ts';

/** The block whose pieces are coming; they come one block after the other. */
export type OpenBlock =
  | { readonly kind: 'text' }
  | { readonly kind: 'thinking'; readonly thinking: string }
  | { readonly kind: 'tool'; readonly toolIndex: number; readonly hasArguments: boolean }
  | { readonly kind: 'other' };

/** What a stream has said so far, as far as it matters for what comes. */
export type StreamState = {
  readonly id: string;
  readonly model: string;
  readonly hasStarted: boolean;
  readonly block: OpenBlock;
  readonly toolCalls: number;
  /** The latest `delta` with a stop reason. */
  readonly stop: JsonRecord | undefined;
  /** Anthropic's own counts, the later ones over the earlier. */
  readonly usage: JsonRecord;
  /** Whether the counts are those of the whole answer; the start of a stream knows the input only. */
  readonly hasTotals: boolean;
  readonly contentEvents: number;
  readonly isFinished: boolean;
};

export const NO_BLOCK: OpenBlock = Object.freeze({ kind: 'other' });

export const STREAM_START: StreamState = Object.freeze({
  id: '',
  model: '',
  hasStarted: false,
  block: NO_BLOCK,
  toolCalls: 0,
  stop: undefined,
  usage: {},
  hasTotals: false,
  contentEvents: 0,
  isFinished: false,
});

/** A piece of the answer in OpenAI's words; id, model and time are the same in all of a stream and are added when it is written. */
export type Piece =
  | { readonly kind: 'delta'; readonly delta: JsonRecord }
  | { readonly kind: 'finish'; readonly reason: string };

export type Step = readonly [StreamState, readonly Piece[]];
