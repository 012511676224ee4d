import { describe, expect, test } from 'vitest';
import { hasRecordings, listRecordings, readRecording } from '../testing/recordings.ts';
import { decodeAnswer } from './answer.ts';
import { decodeError } from './error.ts';
import { toTokenUsage } from './usage.ts';

const FOLDERS = [
  'openai/chat',
  'openai-compatible/chat',
  'groq',
  'deepseek/chat',
  'mistral',
  'xai',
  'moonshotai',
  'alibaba',
  'perplexity',
];
const answers = FOLDERS.flatMap((folder) => listRecordings(folder, '.json')).filter(
  (name) => !/transcription|error/.test(name),
);

describe('decodeAnswer', () => {
  test.skipIf(!hasRecordings).each(answers)('passes on %s as it is, with its usage', (name) => {
    const body = readRecording(name);
    const answer = decodeAnswer(body);
    const { usage } = JSON.parse(body.toString()) as { usage: { prompt_tokens: number; total_tokens: number } };
    if (!answer.ok) throw new Error('was refused');
    expect(answer.body).toBe(body);
    // In each recorded answer, all that is not prompt was produced, and is billed.
    expect(answer.usage).toMatchObject({
      input: usage.prompt_tokens,
      output: usage.total_tokens - usage.prompt_tokens,
    });
  });

  test.each(['', 'null', '[]', '{}', '<html></html>', '{"error":{"message":"x"}}', '{"choices":{}}'])(
    'does not take %j for an answer',
    (text) => {
      expect(decodeAnswer(Buffer.from(text)).ok).toBe(false);
    },
  );
});

describe('toTokenUsage', () => {
  const base = { prompt_tokens: 10, completion_tokens: 4 };
  test.each([
    ['no usage', null, undefined],
    ['no totals', { prompt_tokens: 10 }, undefined],
    ['text for numbers', { prompt_tokens: '10', completion_tokens: 4 }, undefined],
    ['negative numbers', { prompt_tokens: 10, completion_tokens: -4 }, undefined],
    ['a total instead of the completion', { prompt_tokens: 10, total_tokens: 14 }, { input: 10, output: 4 }],
    [
      'reasoning within the completion',
      { ...base, total_tokens: 14, completion_tokens_details: { reasoning_tokens: 3 } },
      { output: 4, outputReasoning: 3 },
    ],
    [
      'reasoning beside it (xAI)',
      { ...base, total_tokens: 314, completion_tokens_details: { reasoning_tokens: 300 } },
      { output: 304, outputReasoning: 300 },
    ],
    [
      'less reasoning than completion, but beside it',
      {
        prompt_tokens: 10,
        completion_tokens: 400,
        total_tokens: 710,
        completion_tokens_details: { reasoning_tokens: 300 },
      },
      { output: 700, outputReasoning: 300 },
    ],
    [
      'reasoning beside it, no total',
      { ...base, completion_tokens_details: { reasoning_tokens: 300 } },
      { output: 304 },
    ],
    ['a total with unnamed reasoning (Google)', { ...base, total_tokens: 100 }, { output: 90, outputReasoning: 0 }],
    [
      'a total that nothing explains',
      { ...base, total_tokens: 100, completion_tokens_details: { reasoning_tokens: 2 } },
      { output: 4 },
    ],
    [
      'cached and written to the cache',
      { ...base, prompt_tokens_details: { cached_tokens: 6, cache_write_tokens: 2 } },
      { inputCached: 6, inputCacheWrite: 2 },
    ],
    ['cached, as DeepSeek says it', { ...base, prompt_cache_hit_tokens: 6 }, { inputCached: 6 }],
    ['cached, as Moonshot says it', { ...base, cached_tokens: 6 }, { inputCached: 6 }],
    [
      'null details',
      { ...base, prompt_tokens_details: null, completion_tokens_details: null },
      { input: 10, output: 4 },
    ],
    [
      'wrong details',
      { ...base, prompt_tokens_details: 'x', completion_tokens_details: { audio_tokens: -1 } },
      { inputAudio: 0, outputAudio: 0 },
    ],
    [
      'audio',
      { ...base, prompt_tokens_details: { audio_tokens: 3 }, completion_tokens_details: { audio_tokens: 2 } },
      { inputAudio: 3, outputAudio: 2 },
    ],
  ])('reads %s', (_name, usage, expected) => {
    if (expected === undefined) expect(toTokenUsage(usage)).toBeUndefined();
    else expect(toTokenUsage(usage)).toMatchObject(expected);
  });
});

describe('decodeError', () => {
  const shape = (message: string, more = {}) => ({
    error: { message, type: 'upstream_error', param: null, code: null, ...more },
  });
  test.each([
    ['{"error":{"message":"m","type":"t","param":"p","code":"c"}}', shape('m', { type: 't', param: 'p', code: 'c' })],
    ['{"error":{"message":"m","code":429}}', shape('m', { code: '429' })],
    ['{"error":"text"}', shape('text')],
    ['{"message":"m","type":"invalid"}', shape('m', { type: 'invalid' })],
    ['{"object":"error","message":"m","code":400}', shape('m', { code: '400' })],
    ['{"detail":"m"}', shape('m')],
    ['{"detail":[{"loc":["body","n"],"msg":"too big"},{"msg":"x"}]}', shape('body.n: too big; x')],
    ['[{"error":{"message":"m","code":503,"status":"UNAVAILABLE"}}]', shape('m', { code: '503' })],
    [
      '{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}',
      shape('Overloaded', { type: 'overloaded_error' }),
    ],
    ['upstream connect error', shape('upstream connect error')],
    ['<html><body>502</body></html>', shape('The provider answered with status 502 and no message.')],
    ['{"half":', shape('The provider answered with status 502 and no message.')],
    ['{}', shape('The provider answered with status 502 and no message.')],
    ['', shape('The provider answered with status 502 and no message.')],
    ['null', shape('The provider answered with status 502 and no message.')],
    [
      '{"error":{"message":"Incorrect API key provided: sk-abc***xyz."}}',
      shape('Incorrect API key provided: [redacted]'),
    ],
  ])('brings %s to one shape', (text, expected) => {
    expect(decodeError(502, Buffer.from(text))).toEqual(expected);
  });
});
