/**
 * What the stub provider answers, in the shapes of OpenAI's chat completions. Every answer is built once; only the
 * text of a stream's chunks changes, because it carries the time of sending.
 */

/** Content chunks in every stream. */
export const CHUNKS_PER_STREAM = 64;
/** Pause between two content chunks of one stream. */
export const CHUNK_INTERVAL_MS = 20;

/** Precedes the time of sending inside a chunk's text, so that a client finds it without parsing JSON. */
export const TIME_MARK = 'sent@';
/** Digits of the time of sending: microseconds of the monotonic clock, padded with zeros. */
export const TIME_DIGITS = 15;

const MODEL = 'bench-model';
const CREATED = 1_700_000_000;
const USAGE = { prompt_tokens: 143, completion_tokens: 97, total_tokens: 240 };

/** A whole chat completion of about 1 kB. */
export function completionAnswer(): string {
  return JSON.stringify({
    id: 'chatcmpl-BenchAnswer0000000000000000000',
    object: 'chat.completion',
    created: CREATED,
    model: MODEL,
    choices: [
      {
        index: 0,
        message: {
          role: 'assistant',
          content:
            'A gateway stands between the programs that use language models and the companies that serve them. It checks ' +
            'who calls, decides which model may be used, sends the request to a provider that can answer it, and keeps ' +
            'an account of what was spent. Because every call passes through it, it has to be quick, and because money ' +
            'depends on its records, it has to be exact. "Quick" means a fraction of a millisecond; "exact" means that ' +
            'each answer is recorded once, even when a process dies halfway.',
          refusal: null,
          annotations: [],
        },
        logprobs: null,
        finish_reason: 'stop',
      },
    ],
    usage: {
      ...USAGE,
      prompt_tokens_details: { cached_tokens: 0, audio_tokens: 0 },
      completion_tokens_details: {
        reasoning_tokens: 0,
        audio_tokens: 0,
        accepted_prediction_tokens: 0,
        rejected_prediction_tokens: 0,
      },
    },
    service_tier: 'default',
    system_fingerprint: 'fp_bench00000',
  });
}

function chunk(choices: readonly object[], rest: object = {}): string {
  const body = {
    id: 'chatcmpl-BenchStream0000000000000000000',
    object: 'chat.completion.chunk',
    created: CREATED,
    model: MODEL,
    service_tier: 'default',
    system_fingerprint: 'fp_bench00000',
    choices,
    ...rest,
  };
  return `data: ${JSON.stringify(body)}\n\n`;
}

function contentChunk(delta: object): readonly [before: string, after: string] {
  const [before = '', after = ''] = chunk([{ index: 0, delta, logprobs: null, finish_reason: null }]).split('TIME');
  return [before, after];
}

const FIRST_CHUNK = contentChunk({ role: 'assistant', content: `${TIME_MARK}TIME `, refusal: null });
const NEXT_CHUNK = contentChunk({ content: `${TIME_MARK}TIME ` });
const FINISH = chunk([{ index: 0, delta: {}, logprobs: null, finish_reason: 'stop' }]);
const USAGE_CHUNK = chunk([], { usage: USAGE });
const DONE = 'data: [DONE]\n\n';

/** The server-sent event of content chunk `index` (from 0), stamped with `sentAtUs` (monotonic microseconds). */
export function streamEvent(index: number, sentAtUs: number): string {
  const [before, after] = index === 0 ? FIRST_CHUNK : NEXT_CHUNK;
  return before + String(sentAtUs).padStart(TIME_DIGITS, '0') + after;
}

/** The events that end a stream: finish reason, usage when the request asked for it, `[DONE]`. */
export function closingEvents(includeUsage: boolean): string {
  return FINISH + (includeUsage ? USAGE_CHUNK : '') + DONE;
}
