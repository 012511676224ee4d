import type { Tokenizer } from '@tollgate/schema';

/** What the thread that counts is told. */
export type ToThread =
  /** Requests that ask for it will come. */
  | { readonly type: 'load'; readonly tokenizer: Tokenizer }
  | {
      readonly type: 'count';
      readonly id: number;
      readonly tokenizer: Tokenizer;
      /** A chat request that was found to be one. */
      readonly body: Uint8Array<ArrayBuffer>;
    };

/** What it answers to each that is to be counted; `tokens` is undefined if it could not. */
export type FromThread = { readonly id: number; readonly tokens: number | undefined };
