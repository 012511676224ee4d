import { describe, expect, test } from 'vitest';
import { toFrame } from '../dialects/stream-failure.ts';
import type { Pass } from '../quota/pass.ts';
import { FREE_PASS } from '../quota/pass-fixture.ts';
import { deployment, model } from './chat-calls.ts';
import { createChatBed } from './chat-fixture.ts';
import type { ChatRequest } from './chat-request.ts';
import { canBeContinued, createContinuedStream } from './continued-stream.ts';
import { parseChatRequest } from './parse-chat-request.ts';
import { createScriptedUpstream, type ScriptedCall, type ScriptedEvent } from './scripted-upstream.ts';

const ROUTING = { midStream: 'continue', retries: 1 } as const;

function requestOf(more: object): ChatRequest {
  const body = { model: 'm', stream: true, messages: [{ role: 'user', content: 'Hello' }], ...more };
  const parsed = parseChatRequest(Buffer.from(JSON.stringify(body)));
  if (!parsed.ok) throw new Error(parsed.error.message);
  return parsed.request;
}

const chunk = (delta: object, more: object = {}): Buffer =>
  Buffer.from(
    toFrame({ id: 'one', created: 1, choices: [{ index: 0, delta, finish_reason: null, ...more }], usage: null }),
  );
const USED = {
  input: 5,
  inputCached: 0,
  inputCacheWrite: 0,
  inputCacheWrite1h: 0,
  inputAudio: 0,
  output: 2,
  outputReasoning: 0,
  outputAudio: 0,
};

/** Plays events of calls in turn, each as soon as its call is made. */
async function play(steps: readonly (readonly [call: number, event: ScriptedEvent])[], routing: object = ROUTING) {
  const { upstream, calls } = createScriptedUpstream();
  const bed = createChatBed(
    { m: model([deployment('a'), deployment('b')], { routing }) },
    { upstream, random: () => 0 },
  );
  const asking = bed.ask('m', { stream: true });
  for (const [index, event] of steps) (calls[index] as ScriptedCall | undefined)?.play(event);
  return { asked: await asking, calls };
}

const wordsIn = (text: string): string =>
  [...text.matchAll(/"content":"([^"]*)"/g)].map(([, content = '']) => content).join('');

test('another deployment goes on where a stream broke off; the client sees one stream, and both calls are paid for', async () => {
  const { asked, calls } = await play([
    [0, 'bytes'],
    [0, 'bytes'],
    [0, 'break'],
    [1, 'end'],
  ]);
  expect(calls.map((call) => call.deployment)).toEqual(['a', 'b']);
  expect(wordsIn(asked.text)).toBe('a1 a2 b1 b2 b3 ');
  expect(asked.text).not.toContain('"error"');
  expect(asked.text.split('data: [DONE]')).toHaveLength(2);
  const [record] = asked.records;
  expect(record).toMatchObject({ cause: 'completed', status: 200, attempts: 2, deployment: 'b', tokensOutput: 2 + 3 });
  expect(record?.attemptDetails).toMatchObject([
    { deployment: 'a', cause: 'upstream_stream_broken', tokensOutput: 2 },
    { deployment: 'b', reason: 'another', cause: 'completed', tokensInput: 10, tokensOutput: 3 },
  ]);
});

test('a stream that breaks off with all attempts made ends with an error', async () => {
  const { asked, calls } = await play([
    [0, 'bytes'],
    [0, 'break'],
    [1, 'bytes'],
    [1, 'break'],
  ]);
  expect(calls).toHaveLength(2);
  expect(wordsIn(asked.text)).toBe('a1 b1 ');
  expect(asked.text).toContain('"upstream_stream_broken"');
  expect(asked.records).toMatchObject([{ cause: 'upstream_stream_broken', attempts: 2 }]);
});

test('without the policy a stream that broke off ends there', async () => {
  const { asked, calls } = await play(
    [
      [0, 'bytes'],
      [0, 'break'],
    ],
    { retries: 1 },
  );
  expect(calls).toHaveLength(1);
  expect(asked.text).toContain('"upstream_stream_broken"');
});

test('a continuation that a quota stops before its first word is charged for its input, as its provider has it', async () => {
  const { upstream, calls } = createScriptedUpstream();
  let stop = () => {};
  const pass: Pass = {
    ...FREE_PASS,
    progressed(_progress, onStopped) {
      stop = () => onStopped({ code: 'budget_exceeded', message: 'spent' });
    },
  };
  const bed = createChatBed(
    { m: model([deployment('a'), deployment('b')], { routing: ROUTING }) },
    { upstream, pass, random: () => 0 },
  );
  const asking = bed.ask('m', { stream: true });
  calls[0]?.play('bytes');
  calls[0]?.play('break');
  stop();
  const { records, text } = await asking;
  expect(calls[1]?.isCancelled()).toBe(true);
  expect(text).toContain('"finish_reason":"length"');
  expect(records).toMatchObject([{ cause: 'quota_exhausted', attempts: 2 }]);
  const [broken, stopped] = records[0]?.attemptDetails ?? [];
  expect(stopped?.tokensInput).toBeGreaterThan(broken?.tokensInput ?? 0);
});

describe('what asks for the rest', () => {
  test('has the words that were sent behind the client’s own, and what is left of its bound', () => {
    const stream = createContinuedStream(requestOf({ max_tokens: 10, temperature: 1 }));
    stream.pass(Buffer.concat([chunk({ role: 'assistant', content: '' }), chunk({ content: 'Once ' })]));
    stream.pass(chunk({ content: 'upon', refusal: null }));
    const sent = stream.breakOff(USED, 3);
    expect(JSON.parse(sent?.bytes.toString() ?? '')).toEqual({
      ...{ model: 'm', stream: true, temperature: 1, max_tokens: 7 },
      messages: [
        { role: 'user', content: 'Hello' },
        { role: 'assistant', content: 'Once upon' },
        { role: 'user', content: expect.stringContaining('Go on') },
      ],
    });
  });

  test('is the same request if nothing but the role was sent', () => {
    const chat = requestOf({});
    const stream = createContinuedStream(chat);
    stream.pass(chunk({ role: 'assistant' }));
    expect(stream.breakOff(USED, 1)).toBe(chat);
  });

  test('is the same request behind blanks alone, as Anthropic takes no such message', () => {
    const chat = requestOf({});
    const stream = createContinuedStream(chat);
    stream.pass(chunk({ role: 'assistant', content: '\n\n' }));
    expect(stream.breakOff(USED, 1)).toBe(chat);
  });

  test('does not exist behind an answer so long that it is not kept', () => {
    const stream = createContinuedStream(requestOf({}));
    for (let count = 0; count < 9; count += 1) stream.pass(chunk({ content: 'x'.repeat(65_536) }));
    expect(stream.breakOff(USED, 9)).toBeUndefined();
  });

  test.each([
    ['content in parts', chunk({ content: [{ type: 'text', text: 'a' }] })],
    ['a call of a tool', chunk({ tool_calls: [{ index: 0, id: 't' }] })],
    ['a refusal', chunk({ refusal: 'no' })],
    ['an end', chunk({}, { finish_reason: 'stop' })],
  ])('does not exist behind %s', (_, frame) => {
    const stream = createContinuedStream(requestOf({}));
    stream.pass(frame);
    expect(stream.breakOff(USED, 1)).toBeUndefined();
  });
});

test('a continuation has the first one’s id, says no role again, and tells what all of it used', () => {
  const stream = createContinuedStream(requestOf({}));
  const frame = chunk({ role: 'assistant', content: 'a' });
  expect(stream.pass(frame)).toEqual(frame);
  stream.breakOff(USED, 1);
  const usage = { prompt_tokens: 10, completion_tokens: 3, total_tokens: 13 };
  const events = [
    { id: 'two', created: 2, choices: [{ index: 0, delta: { role: 'assistant', content: 'b' } }] },
    { id: 'two', created: 2, choices: [], usage },
  ];
  const [said, used, done] = stream
    .pass(Buffer.from(`${events.map(toFrame).join('')}data: [DONE]\n\n`))
    .toString()
    .split('\n\n');
  expect(JSON.parse(said?.slice(6) ?? '')).toEqual({
    ...{ id: 'one', created: 1 },
    choices: [{ index: 0, delta: { content: 'b' } }],
  });
  expect(JSON.parse(used?.slice(6) ?? '')).toMatchObject({
    id: 'one',
    usage: { prompt_tokens: 15, completion_tokens: 5, total_tokens: 20 },
  });
  expect(done).toBe('data: [DONE]');
});

const AZURES_FIRST = { id: '', created: 0, model: '', choices: [], prompt_filter_results: [] };
const said = (text: string): unknown[] =>
  text
    .split('\n\n')
    .filter((event) => event.startsWith('data: '))
    .map((event) => JSON.parse(event.slice(6)));

test.each([
  ['a comment', Buffer.from(': working\n\n')],
  ['an event without a piece', Buffer.from(toFrame(AZURES_FIRST))],
])('behind %s alone a continuation is the first to say its role, once, and gives the id', (_, before) => {
  const stream = createContinuedStream(requestOf({}));
  expect(stream.pass(before)).toEqual(before);
  stream.breakOff(USED, 0);
  const role = chunk({ role: 'assistant', content: 'a' });
  expect(said(stream.pass(Buffer.concat([role, role])).toString())).toMatchObject([
    { id: 'one', created: 1, choices: [{ delta: { role: 'assistant', content: 'a' } }] },
    { id: 'one', created: 1, choices: [{ delta: { content: 'a' } }] },
  ]);
});

test.each(['\n', '\r\n', '\r'])('no event is lost whose lines end in %j', (end) => {
  const stream = createContinuedStream(requestOf({}));
  const events = Buffer.from(chunk({ content: 'a' }).toString().replaceAll('\n', end));
  expect(stream.pass(events)).toEqual(events);
  const asked = stream.breakOff(USED, 1);
  expect(asked?.body['messages']).toContainEqual({ role: 'assistant', content: 'a' });
});

test.each([
  ['a plain stream', {}, true],
  ['text', { response_format: { type: 'text' } }, true],
  ['JSON', { response_format: { type: 'json_object' } }, false],
  ['several choices', { n: 2 }, false],
  ['a whole answer', { stream: false }, false],
])('%s can be continued: %s', (_, more, expected) => {
  expect(canBeContinued(requestOf(more))).toBe(expected);
});
