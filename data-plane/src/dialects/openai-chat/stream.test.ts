import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hasRecordings, listRecordings, readEvents, readRecording, toOpenAiStream } from '../testing/recordings.ts';
import { chunksOf, cut, cuttingPlaces, play, STREAM, STREAM_WITH_USAGE } from '../testing/streams.ts';
import { openStream } from './stream.ts';

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
const recordings = [
  ...FOLDERS.flatMap((folder) => listRecordings(folder, '.chunks.txt')),
  ...(hasRecordings ? ['azure/azure-deepseek-reasoning.1.chunks.txt'] : []),
];

type Chunk = { choices: { delta?: { content?: unknown } }[]; usage?: { prompt_tokens: number; total_tokens: number } };
const textOf = (chunks: readonly object[]) =>
  chunks.map((chunk) => (chunk as Chunk).choices[0]?.delta?.content ?? '').join('');

describe('openStream on recorded streams', () => {
  test.skipIf(!hasRecordings).each(recordings)(
    '%s: the same output for any cutting, usage taken, and shown or hidden',
    (name) => {
      const events = readEvents(name);
      const original = events.map((event) => JSON.parse(event) as Chunk);
      const bytes = toOpenAiStream(events);
      const shown = play(openStream(STREAM_WITH_USAGE), [bytes]);
      const hidden = play(openStream(STREAM), [bytes]);

      expect(shown.output).toBe(bytes.toString());
      expect(hidden.output).not.toMatch(/"usage":\s*\{"(prompt|completion)/);
      expect(chunksOf(hidden.output).every((chunk) => !('usage' in chunk))).toBe(true);
      expect(textOf(chunksOf(hidden.output))).toBe(textOf(original));
      const last = original.findLast(({ usage }) => usage)?.usage;
      if (last === undefined) throw new Error('the recording has no usage');
      for (const { progress } of [shown, hidden]) {
        expect(progress).toMatchObject({ isFinished: true, failure: undefined });
        expect(progress.usage).toMatchObject({
          input: last.prompt_tokens,
          output: last.total_tokens - last.prompt_tokens,
        });
      }
      expect(shown.progress.contentEvents).toBeGreaterThan(0);
      fc.assert(
        fc.property(cuttingPlaces, (places) => {
          const chunks = cut(bytes, places);
          expect(play(openStream(STREAM_WITH_USAGE), chunks)).toEqual(shown);
          expect(play(openStream(STREAM), chunks)).toEqual(hidden);
        }),
        { numRuns: 15 },
      );
    },
  );

  test.skipIf(!hasRecordings)('passes on what was recorded as it was sent, with usage estimated by its caller', () => {
    const bytes = readRecording('openai-compatible/chat/anthropic-fallback-tool-call.sse');
    const whole = Buffer.concat([bytes, Buffer.from('\n\n')]);
    const { output, progress } = play(openStream(STREAM), [whole]);
    expect(output.startsWith(bytes.toString().trimEnd())).toBe(true);
    expect(progress).toMatchObject({ isFinished: true, usage: undefined, contentEvents: 8 });
  });
});

const frame = (more: object = {}, delta: object = { content: 'x' }) =>
  `data: ${JSON.stringify({ id: 'c', choices: [{ index: 0, delta, finish_reason: null }], ...more })}\n\n`;
const FINISH = 'data: {"id":"c","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\n';
const USAGE = 'data: {"id":"c","choices":[],"usage":{"prompt_tokens":1,"completion_tokens":2,"total_tokens":3}}\n\n';
const DONE = 'data: [DONE]\n\n';
const run = (text: string, request = STREAM) => play(openStream(request), [Buffer.from(text)]);

describe('openStream', () => {
  test('returns a chunk of whole plain frames as the very same buffer', () => {
    const stream = openStream(STREAM);
    const chunk = Buffer.from(frame() + frame());
    expect(stream.push(chunk)).toBe(chunk);
    expect(stream.progress().contentEvents).toBe(2);
  });

  test('hides usage from a client that did not ask, and leaves all else as it is written', () => {
    const spaced = 'data: { "choices" : [ {"delta":{"content":"\\"usage\\":null"}} ] , "usage" : null , "n":1.0}\n\n';
    expect(run(spaced + USAGE).output).toBe(
      'data: { "choices" : [ {"delta":{"content":"\\"usage\\":null"}} ] , "n":1.0}\n\n',
    );
    expect(run(frame({ x: { usage: 1 } })).output).toBe(frame({ x: { usage: 1 } }));
    expect(run(frame({}, { content: 'usage' })).output).toBe(frame({}, { content: 'usage' }));
  });

  test('takes the last of several usages, wherever it stands', () => {
    const usage = (completion: number) => ({ usage: { prompt_tokens: 5, completion_tokens: completion } });
    const { output, progress } = run(frame(usage(1)) + frame(usage(2)) + frame(usage(3)) + DONE);
    expect(progress.usage).toMatchObject({ input: 5, output: 3 });
    expect(output).toBe(frame() + frame() + frame() + DONE);
    expect(run(frame({ x_groq: usage(7) })).progress.usage).toMatchObject({ output: 7 });
  });

  test('ends a stream that said why it ended but not [DONE]', () => {
    for (const tail of ['', USAGE]) {
      const { output, progress } = run(frame() + FINISH + tail);
      expect(output).toBe(frame() + FINISH + DONE);
      expect(progress).toMatchObject({ isFinished: true, failure: undefined });
    }
  });

  test('reads a last event that lacks its blank line, and drops one that is cut off', () => {
    expect(run(`${frame()}data: [DONE]`).progress.isFinished).toBe(true);
    expect(run(`${frame()}data: [DONE]`).output).toBe(frame() + DONE);
    const broken = run(`${frame()}data: {"choices":[{"del`);
    expect(broken.output).toBe(frame());
    expect(broken.progress).toMatchObject({ isFinished: false, failure: undefined });
  });

  test('says that a stream without an end is not finished', () => {
    expect(run(frame() + frame()).progress.isFinished).toBe(false);
    expect(run('').progress.isFinished).toBe(false);
  });

  test('passes comments and other line ends on as they are', () => {
    const text = `: OPENROUTER PROCESSING\n\n${(frame() + FINISH + DONE).replaceAll('\n', '\r\n')}`;
    const { output, progress } = run(text);
    expect(output).toBe(text);
    expect(progress).toMatchObject({ isFinished: true, contentEvents: 2 });
  });

  test("turns the provider's error event to OpenAI's shape, and says nothing after it", () => {
    const { output, progress } = run(
      `${frame()}data: {"error":{"message":"Over sk-abcdef123","code":429}}\n\n${frame()}${DONE}`,
    );
    expect(output).toBe(
      `${frame()}data: {"error":{"message":"Over [redacted]","type":"upstream_error","param":null,"code":"429"}}\n\n`,
    );
    expect(progress).toMatchObject({
      isFinished: false,
      failure: { code: 'upstream_error', message: 'Over [redacted]' },
    });
  });

  test('finds an error in an event that also has choices, as OpenRouter sends it', () => {
    const { progress } = run(frame() + frame({ error: { code: 502, message: 'gone' } }) + DONE);
    expect(progress).toMatchObject({ isFinished: false, failure: { code: 'upstream_error', message: 'gone' } });
  });

  test.each([
    ['no JSON', 'data: <html>\n\n'],
    ['no object', 'data: 42\n\n'],
    ['an endless event', `data: ${'x'.repeat(1024 * 1024)}`],
  ])('fails on %s, and tells the client with a last event', (_name, text) => {
    const { output, progress } = run(frame() + text);
    expect(progress.failure?.code).toBe('upstream_invalid_response');
    expect(output.startsWith(`${frame()}data: {"error":{`)).toBe(true);
    expect(output.endsWith('}\n\n')).toBe(true);
  });

  test('gives nothing more after the end', () => {
    expect(run(DONE + frame()).output).toBe(DONE);
    const stream = openStream(STREAM_WITH_USAGE);
    stream.push(Buffer.from(DONE));
    expect(stream.push(Buffer.from(frame())).length + stream.end().length).toBe(0);
  });

  test('gives the same for any cutting of a stream with all of this in it', () => {
    const bytes = Buffer.from(
      `\uFEFF: hi\n\n${frame({}, { content: '🦀 "error" [DONE]' })}event: x\r\ndata: {"choices":[],\r\ndata: "usage":null}\r\n\r\n${frame({ usage: null })}${FINISH}${USAGE}${DONE}`,
    );
    const whole = play(openStream(STREAM), [bytes]);
    expect(whole.progress.isFinished).toBe(true);
    fc.assert(
      fc.property(cuttingPlaces, (places) => {
        expect(play(openStream(STREAM), cut(bytes, places))).toEqual(whole);
      }),
      { numRuns: 300 },
    );
  });
});
