import { isRecord, type JsonRecord } from '../json/json-value.ts';
import { type Refusals, refuseUnsupported } from './refusals.ts';

type Rule = {
  readonly field: string;
  /** Whether this value asks for nothing, and can be left out. */
  readonly isIdle: (value: unknown) => boolean;
  readonly reason: string;
};

const never = (): boolean => false;
const isZero = (value: unknown): boolean => value === 0;
const isFalse = (value: unknown): boolean => value === false;
const isEmpty = (value: unknown): boolean =>
  (Array.isArray(value) && value.length === 0) || (isRecord(value) && Object.keys(value).length === 0);

/** Fields that change the answer and that Anthropic cannot honour; leaving them out in silence would be a lie. */
const RULES: readonly Rule[] = Object.freeze([
  { field: 'n', isIdle: (value: unknown) => value === 1, reason: 'it gives one answer only.' },
  { field: 'logprobs', isIdle: isFalse, reason: 'it does not report probabilities.' },
  { field: 'top_logprobs', isIdle: isZero, reason: 'it does not report probabilities.' },
  { field: 'logit_bias', isIdle: isEmpty, reason: 'it takes no bias on tokens.' },
  { field: 'presence_penalty', isIdle: isZero, reason: 'it has no penalties.' },
  { field: 'frequency_penalty', isIdle: isZero, reason: 'it has no penalties.' },
  { field: 'seed', isIdle: never, reason: 'it cannot be seeded.' },
  { field: 'audio', isIdle: never, reason: 'it gives no audio.' },
  {
    field: 'modalities',
    isIdle: (value: unknown) => Array.isArray(value) && value.every((item) => item === 'text'),
    reason: 'it gives text only.',
  },
  { field: 'verbosity', isIdle: (value: unknown) => value === 'medium', reason: 'ask for it in the prompt.' },
  { field: 'web_search_options', isIdle: never, reason: "use Anthropic's own web search tool in 'tools'." },
  { field: 'functions', isIdle: isEmpty, reason: "it is deprecated, use 'tools'." },
  { field: 'function_call', isIdle: never, reason: "it is deprecated, use 'tool_choice'." },
]);

export function refuseUnsupportedFields(body: JsonRecord, refusals: Refusals): void {
  for (const { field, isIdle, reason } of RULES) {
    const value = body[field];
    if (value !== undefined && value !== null && !isIdle(value)) refuseUnsupported(refusals, field, reason);
  }
}

/** Fields that are translated, refused above, or that ask for nothing which an answer would show; all others are forwarded. */
const HANDLED: ReadonlySet<string> = new Set([
  ...RULES.map(({ field }) => field),
  ...[
    'model',
    'messages',
    'stream',
    'max_tokens',
    'max_completion_tokens',
    'temperature',
    'stop',
    'tools',
    'tool_choice',
  ],
  ...[
    'parallel_tool_calls',
    'response_format',
    'reasoning_effort',
    'user',
    'safety_identifier',
    'metadata',
    'service_tier',
  ],
  ...['stream_options', 'store', 'prediction', 'prompt_cache_key', 'prompt_cache_retention'],
]);

/** The members that go to Anthropic as the client wrote them; `null` says the same as leaving a field out. */
export function forwardedFields(body: JsonRecord): JsonRecord {
  return Object.fromEntries(Object.entries(body).filter(([field, value]) => !HANDLED.has(field) && value !== null));
}
