import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  hasRecordings,
  listRecordings,
  readEvents,
  toAnthropicStream,
  toAnthropicStreams,
} from '../testing/recordings.ts';
import { chunksOf, cut, cuttingPlaces, play, STREAM, STREAM_WITH_USAGE } from '../testing/streams.ts';
import { openStream } from './stream.ts';

type Delta = {
  content?: string;
  reasoning_content?: string;
  tool_calls?: { index: number; id?: string; function: { name?: string; arguments: string } }[];
  thinking_blocks?: object[];
};
type Chunk = {
  id: string;
  choices: { delta: Delta; finish_reason: string | null }[];
  usage?: { prompt_tokens: number; completion_tokens: number };
};

const deltasOf = (output: string) =>
  (chunksOf(output) as unknown as Chunk[]).flatMap(({ choices }) => choices.map(({ delta }) => delta));
const joined = (output: string, field: 'content' | 'reasoning_content') =>
  deltasOf(output)
    .map((delta) => delta[field] ?? '')
    .join('');
function toolCallsOf(output: string) {
  const calls: { id: string | undefined; name: string | undefined; arguments: string }[] = [];
  for (const { index, id, function: called } of deltasOf(output).flatMap((delta) => delta.tool_calls ?? [])) {
    const known = calls[index];
    if (known === undefined) calls[index] = { id, name: called.name, arguments: called.arguments };
    else known.arguments += called.arguments;
  }
  return calls;
}
const run = (events: readonly object[], request = STREAM) =>
  play(openStream(request, 7), [toAnthropicStream(events.map((event) => JSON.stringify(event)))]);

describe('openStream on recorded streams', () => {
  test.skipIf(!hasRecordings).each(listRecordings('anthropic', '.chunks.txt'))(
    '%s: translated whole, the same for any cutting',
    (name) => {
      for (const bytes of toAnthropicStreams(readEvents(name))) {
        const whole = play(openStream(STREAM_WITH_USAGE, 7), [bytes]);
        expect(whole.progress).toMatchObject({ isFinished: true, failure: undefined });
        expect(whole.output.endsWith('data: [DONE]\n\n')).toBe(true);
        const events = bytes
          .toString()
          .split('\n')
          .filter((line) => line.startsWith('data: '))
          .map((line) => JSON.parse(line.slice(6)));
        const text = events.map(({ delta }) => (delta?.type === 'text_delta' ? delta.text : '')).join('');
        expect(joined(whole.output, 'content')).toBe(text);
        const chunks = chunksOf(whole.output) as unknown as Chunk[];
        expect(chunks.filter(({ choices }) => choices[0]?.finish_reason != null).length).toBe(1);
        expect(new Set(chunks.map(({ id }) => id)).size).toBe(1);
        const { usage } = whole.progress;
        expect(chunks.at(-1)?.usage).toMatchObject({ prompt_tokens: usage?.input, completion_tokens: usage?.output });
        fc.assert(
          fc.property(cuttingPlaces, (places) => {
            expect(play(openStream(STREAM_WITH_USAGE, 7), cut(bytes, places))).toEqual(whole);
          }),
          { numRuns: 5 },
        );
      }
    },
  );

  const recorded = (name: string) =>
    play(openStream(STREAM, 7), toAnthropicStreams(readEvents(`anthropic/${name}.chunks.txt`)));

  test.skipIf(!hasRecordings)('a tool call without arguments has an empty object', () => {
    expect(toolCallsOf(recorded('anthropic-tool-no-args').output)).toEqual([
      { id: 'toolu_01QE1WLsSVp5hy5Q3GmGTmjP', name: 'updateIssueList', arguments: '{}' },
    ]);
  });

  test.skipIf(!hasRecordings)('a repeated start of the message is told once', () => {
    const { output, progress } = recorded('duplicate-message-start');
    expect(joined(output, 'content')).toBe('Hello, World!');
    expect(output.split('"role":"assistant"').length).toBe(2);
    expect(progress.usage).toMatchObject({ input: 17, output: 227 });
  });

  test.skipIf(!hasRecordings)('a message that begins anew goes on with another tool call', () => {
    const calls = toolCallsOf(recorded('spliced-message-start').output);
    expect(calls.map(({ id }) => id)).toEqual(['toolu_first', 'toolu_second']);
    expect(calls[1]?.arguments).toBe('{"value":"Sparkle Day"}');
  });

  test.skipIf(!hasRecordings)('the input tokens of the end win over those of the start', () => {
    expect(recorded('anthropic-message-delta-input-tokens').progress.usage).toMatchObject({ input: 61, output: 2 });
  });
});

const START = {
  type: 'message_start',
  message: { id: 'm', model: 'c', content: [], usage: { input_tokens: 3, output_tokens: 1 } },
};
const startOf = (block: object, index = 0) => ({ type: 'content_block_start', index, content_block: block });
const deltaOf = (delta: object, index = 0) => ({ type: 'content_block_delta', index, delta });
const STOP = { type: 'content_block_stop', index: 0 };
const END = { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 9 } };

describe('openStream', () => {
  test('tells the role first, then the pieces, the reason, and usage only to who asked', () => {
    const events = [
      START,
      startOf({ type: 'text', text: '' }),
      { type: 'ping' },
      deltaOf({ type: 'text_delta', text: 'Hi' }),
      STOP,
      END,
      { type: 'message_stop' },
    ];
    const chunk = (delta: object, reason: string | null) => ({
      id: 'm',
      object: 'chat.completion.chunk',
      created: 7,
      model: 'c',
      choices: [{ index: 0, delta, finish_reason: reason }],
    });
    const expected = [
      chunk({ role: 'assistant', content: '' }, null),
      chunk({ content: 'Hi' }, null),
      chunk({}, 'stop'),
    ];
    expect(chunksOf(run(events).output)).toEqual(expected);
    const withUsage = chunksOf(run(events, STREAM_WITH_USAGE).output);
    expect(withUsage.slice(0, 3)).toEqual(expected);
    expect(withUsage[3]).toMatchObject({
      choices: [],
      usage: { prompt_tokens: 3, completion_tokens: 9, total_tokens: 12 },
    });
  });

  test('counts tool calls over the client’s tools only', () => {
    const events = [
      START,
      startOf({ type: 'server_tool_use', id: 's', name: 'web', input: {} }),
      deltaOf({ type: 'input_json_delta', partial_json: '{"hidden":1}' }),
      STOP,
      startOf({ type: 'tool_use', id: 'a', name: 'f', input: {} }, 1),
      deltaOf({ type: 'input_json_delta', partial_json: '{"x":' }, 1),
      deltaOf({ type: 'input_json_delta', partial_json: '1}' }, 1),
      STOP,
      startOf({ type: 'tool_use', id: 'b', name: 'g', input: { whole: true } }, 2),
      STOP,
    ];
    expect(toolCallsOf(run(events).output)).toEqual([
      { id: 'a', name: 'f', arguments: '{"x":1}' },
      { id: 'b', name: 'g', arguments: '{"whole":true}' },
    ]);
  });

  test('tells thinking as reasoning, and its signed block once it is whole', () => {
    const events = [
      START,
      startOf({ type: 'thinking', thinking: '', signature: '' }),
      deltaOf({ type: 'thinking_delta', thinking: 'h' }),
      deltaOf({ type: 'thinking_delta', thinking: 'm' }),
      deltaOf({ type: 'signature_delta', signature: 's' }),
      STOP,
    ];
    const { output } = run(events);
    expect(joined(output, 'reasoning_content')).toBe('hm');
    expect(deltasOf(output).flatMap((delta) => delta.thinking_blocks ?? [])).toEqual([
      { type: 'thinking', thinking: 'hm', signature: 's' },
    ]);
  });

  test('has no usage before the totals have come, as the start knows no output', () => {
    const { progress } = run([START, startOf({ type: 'text', text: '' }), deltaOf({ type: 'text_delta', text: 'Hi' })]);
    expect(progress).toEqual({ usage: undefined, contentEvents: 1, isFinished: false, failure: undefined });
  });

  test('ends a stream that gave its reason but not its last event', () => {
    const { output, progress } = run([START, END]);
    expect(output.endsWith('data: [DONE]\n\n')).toBe(true);
    expect(progress).toMatchObject({ isFinished: true, usage: { input: 3, output: 9 } });
  });

  test("turns an error event to OpenAI's shape", () => {
    const error = { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } };
    const { output, progress } = run([START, error, END]);
    expect(
      output.endsWith(
        'data: {"error":{"message":"Overloaded","type":"overloaded_error","param":null,"code":null}}\n\n',
      ),
    ).toBe(true);
    expect(progress).toMatchObject({ isFinished: false, failure: { code: 'upstream_error', message: 'Overloaded' } });
  });

  test.each(['data: <html>\n\n', `data: ${'x'.repeat(1024 * 1024)}`])(
    'fails on what is not its format, and tells the client',
    (text) => {
      const { output, progress } = play(openStream(STREAM, 7), [Buffer.from(text)]);
      expect(progress.failure?.code).toBe('upstream_invalid_response');
      expect(output.startsWith('data: {"error":{')).toBe(true);
    },
  );

  test('does not break on events and blocks that are yet to come, or on wrong ones', () => {
    const odd = [
      { type: 'new' },
      startOf({ type: 'hologram' }),
      deltaOf({ type: 'hologram_delta' }),
      { type: 'content_block_delta' },
      { type: 'message_delta', delta: null, usage: 5 },
      { type: 5 },
      { type: 'message_start' },
    ];
    expect(run([START, ...odd, END]).progress).toMatchObject({ isFinished: true, failure: undefined });
  });
});
