import { describe, expect, test } from 'vitest';
import { hasRecordings, listRecordings, readRecording } from '../testing/recordings.ts';
import { decodeAnswer } from './answer.ts';
import { mergeUsage, toTokenUsage } from './usage.ts';

type Block = { type: string; text?: string; thinking?: string; id?: string; name?: string; input?: object };
type Recorded = {
  id: string;
  model: string;
  content: Block[];
  usage: {
    input_tokens: number;
    cache_creation_input_tokens?: number;
    cache_read_input_tokens?: number;
    output_tokens: number;
    iterations?: { type: string; output_tokens: number }[];
  };
};

function decode(value: unknown) {
  const answer = decodeAnswer(Buffer.from(JSON.stringify(value)), 7);
  if (!answer.ok) throw new Error('was refused');
  return { usage: answer.usage, completion: JSON.parse(answer.body.toString()) };
}

describe('decodeAnswer', () => {
  test.skipIf(!hasRecordings).each(listRecordings('anthropic', '.json'))('translates %s', (name) => {
    const recorded = JSON.parse(readRecording(name).toString()) as Recorded;
    const { usage, completion } = decode(recorded);
    const { message } = completion.choices[0];
    const texts = recorded.content.flatMap(({ type, text }) => (type === 'text' ? [text] : []));
    const uses = recorded.content.filter(({ type }) => type === 'tool_use');
    expect(message.content ?? '').toBe(texts.join(''));
    expect(
      (message.tool_calls ?? []).map((call: { id: string; function: { arguments: string } }) => [
        call.id,
        JSON.parse(call.function.arguments),
      ]),
    ).toEqual(uses.map(({ id, input }) => [id, input]));
    const {
      input_tokens: plain,
      cache_creation_input_tokens: written = 0,
      cache_read_input_tokens: read = 0,
    } = recorded.usage;
    const isCompacted = recorded.usage.iterations?.some(({ type }) => type === 'compaction');
    if (!isCompacted)
      expect(usage).toMatchObject({ input: plain + written + read, output: recorded.usage.output_tokens });
    expect(completion).toMatchObject({ id: recorded.id, model: recorded.model, object: 'chat.completion', created: 7 });
  });

  test('says thinking as reasoning, and keeps its signed blocks so that they can be sent back', () => {
    const thinking = { type: 'thinking', thinking: 'hm', signature: 's' };
    const redacted = { type: 'redacted_thinking', data: 'x' };
    const { completion } = decode({ type: 'message', content: [thinking, redacted, { type: 'text', text: 'Yes' }] });
    expect(completion.choices[0].message).toMatchObject({
      content: 'Yes',
      reasoning_content: 'hm',
      thinking_blocks: [thinking, redacted],
    });
  });

  test.each([
    ['end_turn', 'stop'],
    ['stop_sequence', 'stop'],
    ['pause_turn', 'stop'],
    ['max_tokens', 'length'],
    ['model_context_window_exceeded', 'length'],
    ['tool_use', 'tool_calls'],
    ['refusal', 'content_filter'],
    ['something_new', 'stop'],
    [null, 'stop'],
  ])('says %s as %s', (stopReason, finishReason) => {
    expect(decode({ type: 'message', content: [], stop_reason: stopReason }).completion.choices[0].finish_reason).toBe(
      finishReason,
    );
  });

  test.each(['', '[]', '{}', '{"type":"error","error":{}}', '{"type":"message"}'])(
    'does not take %j for an answer',
    (text) => {
      expect(decodeAnswer(Buffer.from(text), 0).ok).toBe(false);
    },
  );
});

describe('toTokenUsage', () => {
  test('counts cache reads and writes into the input, and tells the two lifetimes of writes apart', () => {
    const usage = {
      input_tokens: 10,
      cache_creation_input_tokens: 100,
      cache_read_input_tokens: 1000,
      cache_creation: { ephemeral_5m_input_tokens: 30, ephemeral_1h_input_tokens: 70 },
      output_tokens: 5,
      output_tokens_details: { thinking_tokens: 2 },
    };
    expect(toTokenUsage(usage)).toEqual({
      input: 1110,
      inputCached: 1000,
      inputCacheWrite: 30,
      inputCacheWrite1h: 70,
      inputAudio: 0,
      output: 5,
      outputReasoning: 2,
      outputAudio: 0,
    });
  });

  test('adds what a compaction took, but not what another model took', () => {
    const iteration = (type: string) => ({ type, input_tokens: 100, output_tokens: 50 });
    const usage = {
      input_tokens: 1,
      output_tokens: 2,
      iterations: [iteration('compaction'), iteration('advisor_message'), iteration('message')],
    };
    expect(toTokenUsage(usage)).toMatchObject({ input: 101, output: 52 });
  });

  test.each([null, {}, { input_tokens: 5 }, { input_tokens: '5', output_tokens: 1 }])(
    'takes nothing from %j',
    (value) => {
      expect(toTokenUsage(value)).toBeUndefined();
    },
  );

  test('the end of a stream wins over its start, where it says something', () => {
    const start = {
      input_tokens: 1,
      cache_creation_input_tokens: 9,
      cache_creation: { ephemeral_1h_input_tokens: 9 },
      output_tokens: 1,
    };
    expect(mergeUsage(start, { input_tokens: null, output_tokens: 8 })).toEqual({ ...start, output_tokens: 8 });
    const { cache_creation: _split, ...rest } = start;
    expect(mergeUsage(start, { cache_creation_input_tokens: 10 })).toEqual({
      ...rest,
      cache_creation_input_tokens: 10,
    });
  });
});
