import type { TokenCounter } from './token-counter.ts';

/** For tests of what lies around: nothing is counted. */
export const NO_COUNTS: Pick<TokenCounter, 'count' | 'known'> = Object.freeze({
  count: (_chat: unknown, _tokenizer: unknown, onTold: () => void) => onTold(),
  known: () => undefined,
});
