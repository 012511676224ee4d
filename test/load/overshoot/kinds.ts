/** How clients ask, and what the budget says. */
export type Kind = {
  readonly id: string;
  readonly name: string;
  readonly stream: boolean;
  readonly hardStop: boolean;
  /** The client's own bound; left out, it says none. */
  readonly maxTokens?: number;
};

/** Less than the longest answers have and more than most, so that some reach it. */
const MAX_TOKENS = 200;

export const KINDS: readonly Kind[] = [
  { id: 'whole', name: 'whole', stream: false, hardStop: false },
  { id: 'stream', name: 'stream', stream: true, hardStop: false },
  { id: 'hard-stop', name: 'stream, hardStop', stream: true, hardStop: true },
  {
    id: 'whole-bounded',
    name: `whole, max_tokens ${MAX_TOKENS}`,
    stream: false,
    hardStop: false,
    maxTokens: MAX_TOKENS,
  },
  {
    id: 'stream-bounded',
    name: `stream, max_tokens ${MAX_TOKENS}`,
    stream: true,
    hardStop: false,
    maxTokens: MAX_TOKENS,
  },
];
