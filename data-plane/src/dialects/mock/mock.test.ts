import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeAnswer } from '../openai-chat/answer.ts';
import { openStream } from '../openai-chat/stream.ts';
import { chunksOf, play, requestOf } from '../testing/streams.ts';
import { mockAnswer, mockChunks } from './mock-answer.ts';
import { mockFailure } from './mock-failure.ts';
import { sampleJson } from './sample-json.ts';

const IDENTITY = { requestId: 'r1', model: 'mock-1', createdSeconds: 7 };

function answer(body: Record<string, unknown>, behaviour = {}) {
  const { body: bytes, usage } = mockAnswer(requestOf(body), behaviour, IDENTITY);
  const completion = JSON.parse(bytes.toString());
  return { completion, choice: completion.choices[0], content: completion.choices[0].message.content, usage };
}

function stream(body: Record<string, unknown>, behaviour = {}) {
  const request = requestOf({ ...body, stream: true });
  return play(openStream(request), [...mockChunks(request, behaviour, IDENTITY)]);
}

const say = (content: unknown) => ({
  messages: [
    { role: 'system', content: 'one two' },
    { role: 'user', content },
  ],
});

describe('mockAnswer', () => {
  test('echoes the last message and counts words', () => {
    const { completion, content } = answer(say(' Hello,\n  dear world '));
    expect(content).toBe('Hello,\n  dear world');
    expect(completion).toMatchObject({
      id: 'chatcmpl-r1',
      model: 'mock-1',
      created: 7,
      usage: { prompt_tokens: 5, completion_tokens: 3, total_tokens: 8 },
    });
    expect(decodeAnswer(Buffer.from(JSON.stringify(completion)))).toMatchObject({
      ok: true,
      usage: { input: 5, output: 3 },
    });
  });

  test('says exactly so many tokens, made of its text over and over', () => {
    expect(answer(say('x'), { text: 'a b', tokens: 5 })).toMatchObject({ content: 'a b a b a', usage: { output: 5 } });
    expect(answer(say('x'), { text: 'a b' }).content).toBe('a b');
  });

  test('keeps to the limit of the request', () => {
    const { content, choice, usage } = answer({ ...say('x'), max_tokens: 9, max_completion_tokens: 2 }, { tokens: 5 });
    expect({ content, reason: choice.finish_reason, output: usage.output }).toEqual({
      content: 'x x',
      reason: 'length',
      output: 2,
    });
    expect(answer({ ...say('x'), max_tokens: 5 }, { tokens: 5 }).choice.finish_reason).toBe('stop');
  });

  test('takes parts that are no text, and messages without words', () => {
    expect(
      answer(
        say([
          { type: 'text', text: 'a b' },
          { type: 'image_url', image_url: { url: 'x' } },
        ]),
      ).content,
    ).toBe('a b');
    expect(answer(say([{ type: 'image_url' }])).content).toBe('mock');
  });

  test.each([
    ['required', 'f'],
    [{ type: 'function', function: { name: 'g' } }, 'g'],
  ])('calls the tool that it is made to call: %j', (choice, name) => {
    const tools = ['f', 'g'].map((tool) => ({ type: 'function', function: { name: tool } }));
    const call = { id: 'call_r1', type: 'function', function: { name, arguments: '{}' } };
    expect(answer({ tools, tool_choice: choice }).choice).toMatchObject({
      finish_reason: 'tool_calls',
      message: { content: null, tool_calls: [call] },
    });
    expect(answer({ tools, tool_choice: 'auto' }).choice.finish_reason).toBe('stop');
    const chunks = chunksOf(stream({ tools, tool_choice: choice }).output);
    expect(chunks[1]).toMatchObject({ choices: [{ delta: { tool_calls: [{ index: 0, ...call }] } }] });
  });

  test('answers in JSON where JSON is asked for', () => {
    expect(answer({ response_format: { type: 'json_object' } }).content).toBe('{}');
    const schema = {
      type: 'object',
      required: ['a', 'b'],
      properties: { a: { type: 'string' }, b: { enum: ['x y'] } },
    };
    expect(answer({ response_format: { type: 'json_schema', json_schema: { name: 's', schema } } }).content).toBe(
      '{"a":"","b":"x y"}',
    );
  });

  test('the stream says the same as the whole answer, one event for each token', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme' }),
        fc.option(fc.integer({ min: 1, max: 20 })),
        fc.option(fc.integer({ min: 1, max: 20 })),
        (text, tokens, limit) => {
          const body = {
            ...say(text),
            ...(limit === null ? {} : { max_tokens: limit }),
            stream_options: { include_usage: true },
          };
          const behaviour = tokens === null ? {} : { tokens };
          const whole = mockAnswer(requestOf({ ...body, stream: true }), behaviour, IDENTITY);
          const { output, progress } = stream(body, behaviour);
          const chunks = chunksOf(output) as unknown as {
            choices: { delta: { content?: string }; finish_reason: string | null }[];
            usage?: object;
          }[];
          const { choices, usage } = JSON.parse(whole.body.toString());
          expect(chunks.map(({ choices: [choice] }) => choice?.delta.content ?? '').join('')).toBe(
            choices[0].message.content,
          );
          expect(chunks.at(-2)?.choices[0]?.finish_reason).toBe(choices[0].finish_reason);
          expect(chunks.at(-1)?.usage).toEqual(usage);
          expect(progress).toMatchObject({
            isFinished: true,
            usage: whole.usage,
            contentEvents: whole.usage.output + 2,
          });
        },
      ),
    );
  });
});

describe('sampleJson', () => {
  test.each([
    [{ type: 'object', required: ['a'], properties: { a: { type: 'integer', minimum: 3 } } }, { a: 3 }],
    [{ type: 'array', items: { type: 'boolean' }, minItems: 2 }, [false, false]],
    [{ type: ['null', 'string'], minLength: 2 }, 'xx'],
    [{ const: 5 }, 5],
    [{ enum: ['x', 'y'] }, 'x'],
    [{ anyOf: [{ type: 'number' }, { type: 'null' }] }, 0],
    [{ $ref: '#/$defs/a', $defs: { a: { type: 'string' } } }, ''],
    [{}, {}],
    [true, null],
  ])('for %j it is %j', (schema, expected) => {
    expect(sampleJson(schema)).toEqual(expected);
  });

  test('comes to an end with schemas that refer to themselves, and takes no name for more than a name', () => {
    const node = { type: 'object', required: ['l', 'r'], properties: { l: { $ref: '#' }, r: { $ref: '#' } } };
    expect(JSON.stringify(sampleJson(node)).length).toBeLessThan(100_000);
    const odd = JSON.parse('{"type":"object","required":["__proto__","toString"]}') as unknown;
    expect(JSON.stringify(sampleJson(odd))).toBe('{"__proto__":{},"toString":{}}');
  });
});

describe('mockFailure', () => {
  const hits = (failures: Parameters<typeof mockFailure>[0]['failures'], count: number) =>
    Array.from(
      { length: count },
      (_, index) => mockFailure(failures === undefined ? {} : { failures }, index + 1)?.kind,
    );

  test('fails each time that the whole part of n × rate grows', () => {
    expect(hits([{ kind: 'reset', rate: 0.25 }], 8)).toEqual([
      undefined,
      undefined,
      undefined,
      'reset',
      undefined,
      undefined,
      undefined,
      'reset',
    ]);
    expect(hits([{ kind: 'hang', rate: 1 }], 3)).toEqual(['hang', 'hang', 'hang']);
    expect(hits([{ kind: 'hang', rate: 0 }], 3)).toEqual([undefined, undefined, undefined]);
    expect(hits(undefined, 1)).toEqual([undefined]);
  });

  test('fails as many in a row as the burst says, at the same rate', () => {
    const kinds = hits([{ kind: 'reset', rate: 0.5, burst: 3 }], 12);
    expect(kinds.map((kind) => (kind === undefined ? '-' : 'x')).join('')).toBe('---xxx---xxx');
  });

  test('fails exactly the share that the rate says', () => {
    for (let percent = 0; percent <= 100; percent += 1) {
      const failed = hits([{ kind: 'reset', rate: percent / 100 }], 1000).filter((kind) => kind !== undefined);
      expect(failed.length).toBe(percent * 10);
    }
  });

  test('of several failures the first in the list comes', () => {
    expect(
      hits(
        [
          { kind: 'reset', rate: 0.5 },
          { kind: 'hang', rate: 1 },
        ],
        2,
      ),
    ).toEqual(['hang', 'reset']);
  });
});
