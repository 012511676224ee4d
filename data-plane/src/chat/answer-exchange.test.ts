import type { MockBehaviour } from '@tollgate/schema';
import { describe, expect, test } from 'vitest';
import type { Pass } from '../quota/pass.ts';
import { FREE_PASS } from '../quota/pass-fixture.ts';
import type { QuotaGate } from '../quota/quota-gate.ts';
import type { Upstream } from '../upstream/upstream.ts';
import { always, deployment, model, spiedUpstream, status } from './chat-calls.ts';
import { createChatBed } from './chat-fixture.ts';

const QUICK = { initialMs: 1, maxMs: 2 };
const FAULTS: readonly (readonly [string, MockBehaviour])[] = [
  ['a reset', always({ kind: 'reset' })],
  ['a status of 500', status(500)],
  ['a status of 429', status(429)],
  ['a status of 408', status(408)],
  ['wrong content', always({ kind: 'garbage' })],
  ['silence', always({ kind: 'hang' })],
  ['an end before the first chunk', always({ kind: 'reset_mid_stream', afterChunks: 0 })],
];

describe.each([false, true])('an attempt that fails before anything was passed on (stream: %s)', (stream) => {
  test.each(FAULTS)(
    'by %s is followed by one at another deployment, and the client sees the answer only',
    async (_, mock) => {
      const { upstream, calls } = spiedUpstream();
      const bed = createChatBed(
        { m: model([deployment('bad', mock), deployment('good')], { routing: { retries: 1 }, timeoutMs: 20 }) },
        { upstream, random: () => 0 },
      );
      const { status: code, headers, records } = await bed.ask('m', { stream });
      expect(calls).toEqual(['bad', 'good']);
      expect(code).toBe(200);
      expect(headers).toMatchObject({
        'x-tollgate-deployment': 'good',
        'x-tollgate-attempts': '2',
        'x-tollgate-model': 'm',
      });
      expect(records).toMatchObject([{ cause: 'completed', deployment: 'good', attempts: 2, status: 200 }]);
    },
  );

  test.each([400, 401, 403, 404, 422])('by a status of %s is final, as it would be refused again', async (code) => {
    const bed = createChatBed({
      m: model([deployment('bad', status(code)), deployment('other', status(code))], {
        routing: { retries: 3 },
        fallbacks: ['f'],
      }),
      f: model([deployment('good')]),
    });
    const asked = await bed.ask('m', { stream });
    expect(asked).toMatchObject({ status: code, headers: { 'x-tollgate-attempts': '1' } });
    expect(asked.records).toMatchObject([{ cause: 'upstream_error', status: code, attempts: 1 }]);
  });

  test('is followed by no more than the retries, and the last failure is told', async () => {
    const { upstream, calls } = spiedUpstream();
    const bed = createChatBed(
      { m: model([deployment('bad', status(503))], { routing: { retries: 2, backoff: QUICK } }) },
      { upstream },
    );
    const asked = await bed.ask('m', { stream });
    expect(calls).toEqual(['bad', 'bad', 'bad']);
    expect(asked).toMatchObject({ status: 503, headers: { 'x-tollgate-attempts': '3' } });
    expect(asked.records).toMatchObject([{ cause: 'upstream_error', status: 503, attempts: 3 }]);
  });

  test('is followed by the next order, then by fallbacks and theirs', async () => {
    const { upstream, calls } = spiedUpstream();
    const bed = createChatBed(
      {
        m: model([deployment('last', status(500), 2), deployment('first', status(500))], { fallbacks: ['f', 'g'] }),
        f: model([deployment('of-f', status(500))], { fallbacks: ['h'] }),
        g: model([deployment('of-g')]),
        h: model([deployment('of-h', status(500))]),
      },
      { upstream },
    );
    const { headers, records } = await bed.ask('m', { stream });
    expect(calls).toEqual(['first', 'last', 'of-f', 'of-h', 'of-g']);
    expect(headers).toMatchObject({
      'x-tollgate-model': 'g',
      'x-tollgate-deployment': 'of-g',
      'x-tollgate-attempts': '5',
    });
    expect(records).toMatchObject([{ model: 'm', deployment: 'of-g', attempts: 5, cause: 'completed' }]);
    const told = records[0]?.attemptDetails?.map(({ model: of, deployment: at, reason, status: code, cause }) =>
      [of, at, reason, code, cause].join(' '),
    );
    expect(told).toEqual([
      'm first first 500 upstream_error',
      'm last next_order 500 upstream_error',
      'f of-f fallback 500 upstream_error',
      'h of-h fallback 500 upstream_error',
      'g of-g fallback 200 completed',
    ]);
  });

  test('waits for what the provider asked for, and is not repeated if that is longer than the longest backoff', async () => {
    const { upstream, calls } = spiedUpstream();
    const bed = createChatBed(
      {
        m: model([deployment('busy', status(429, 30)), deployment('spare', status(500), 2)], {
          routing: { retries: 5, backoff: QUICK },
        }),
      },
      { upstream },
    );
    await bed.ask('m', { stream });
    expect(calls.filter((name) => name === 'busy')).toHaveLength(1);
    expect(calls.filter((name) => name === 'spare')).toHaveLength(6);
  });

  test('a key is not answered by a fallback that it may not use', async () => {
    const bed = createChatBed({
      m: model([deployment('bad', status(500))], { fallbacks: ['secret', 'open'] }),
      secret: model([deployment('of-secret')]),
      open: model([deployment('of-open')]),
    });
    const { headers } = await bed.ask('m', { stream, key: { secretHash: '', models: ['m', 'open'] } });
    expect(headers).toMatchObject({ 'x-tollgate-model': 'open' });
  });

  test('a client that leaves during the wait ends it all, in one record', async () => {
    const { upstream, calls } = spiedUpstream();
    const slow = { initialMs: 60_000, maxMs: 60_000 };
    const bed = createChatBed(
      { m: model([deployment('bad', status(500))], { routing: { retries: 1, backoff: slow } }) },
      { upstream },
    );
    const asked = bed.ask('m', { stream, onOpen: (leave) => void setTimeout(leave, 30) });
    expect((await asked).records).toMatchObject([
      { cause: 'client_gone', attempts: 1, usageSource: 'none', attemptDetails: [{ deployment: 'bad', status: 500 }] },
    ]);
    expect(calls).toEqual(['bad']);
  });

  test('the time for the whole request ends attempts and waits alike', async () => {
    const { upstream, cancelled } = spiedUpstream();
    const bed = createChatBed(
      { m: model([deployment('slow', { latencyMs: 60_000 })], { routing: { retries: 3, timeouts: { totalMs: 20 } } }) },
      { upstream },
    );
    const asked = await bed.ask('m', { stream });
    expect(asked).toMatchObject({ status: 504, records: [{ cause: 'upstream_timeout', attempts: 1 }] });
    expect(cancelled).toEqual(['slow']);
  });
});

describe('what a provider refuses', () => {
  const refusing = (code: string) => always({ kind: 'status', status: 400, code });
  const chains = {
    m: model([deployment('of-m', refusing('context_length_exceeded')), deployment('more', {}, 2)], {
      routing: { retries: 3 },
      fallbacks: ['general'],
      contextFallbacks: ['large', 'huge'],
      contentPolicyFallbacks: ['lenient'],
    }),
    general: model([deployment('of-general')]),
    large: model([deployment('of-large', refusing('context_length_exceeded'))]),
    huge: model([deployment('of-huge')]),
    lenient: model([deployment('of-lenient')]),
  };

  test.each([false, true])('as too long goes to the fallbacks for that alone (stream: %s)', async (stream) => {
    const { upstream, calls } = spiedUpstream();
    const { headers, records } = await createChatBed(chains, { upstream }).ask('m', { stream });
    expect(calls).toEqual(['of-m', 'of-large', 'of-huge']);
    expect(headers).toMatchObject({ 'x-tollgate-model': 'huge', 'x-tollgate-attempts': '3' });
    expect(records).toMatchObject([{ cause: 'completed', model: 'm', deployment: 'of-huge', attempts: 3 }]);
  });

  test.each([false, true])('for its policy goes to the fallbacks for that alone (stream: %s)', async (stream) => {
    const { upstream, calls } = spiedUpstream();
    const m = { ...chains.m, deployments: [deployment('of-m', refusing('content_filter'))] };
    const bed = createChatBed({ ...chains, m }, { upstream });
    expect((await bed.ask('m', { stream })).headers).toMatchObject({ 'x-tollgate-model': 'lenient' });
    expect(calls).toEqual(['of-m', 'of-lenient']);
    expect([...bed.states.all()][0]).toMatchObject({ outcomes: { ok: 1, failed: 0, misconfigured: 0 } });
  });

  test('is told as it is if there are no fallbacks for it, or none that the key may use', async () => {
    const bed = createChatBed(chains);
    const key = { secretHash: '', models: ['m', 'general'] };
    const asked = await bed.ask('m', { key });
    expect(asked).toMatchObject({ status: 400, headers: { 'x-tollgate-attempts': '1' } });
    expect(JSON.parse(asked.text)).toMatchObject({ error: { code: 'context_length_exceeded' } });
  });
});

test('a stream that has begun is not begun anew: it ends with the error, in one record', async () => {
  const { upstream, calls } = spiedUpstream();
  const bed = createChatBed(
    {
      m: model([deployment('bad', { tokens: 9, ...always({ kind: 'reset_mid_stream', afterChunks: 3 }) })], {
        routing: { retries: 3 },
        fallbacks: ['f'],
      }),
      f: model([deployment('good')]),
    },
    { upstream },
  );
  const { text, records } = await bed.ask('m', { stream: true });
  expect(calls).toEqual(['bad']);
  expect(text).toContain('upstream_stream_broken');
  expect(records).toMatchObject([{ cause: 'upstream_stream_broken', attempts: 1 }]);
});

test('however much is declared, one request makes no more than twenty calls', async () => {
  const { upstream, calls } = spiedUpstream();
  const routing = { retries: 10, backoff: QUICK, cooldown: { enabled: false } };
  const bad = (name: string) => model([deployment(name, status(500))], { routing });
  const bed = createChatBed({ m: { ...bad('a'), fallbacks: ['f'] }, f: bad('b') }, { upstream });
  await bed.ask('m');
  expect(calls).toHaveLength(20);
});

test('a request that succeeds at once says nothing of attempts', async () => {
  const [record] = (await createChatBed({ m: model([deployment('good')]) }).ask('m')).records;
  expect(JSON.parse(JSON.stringify(record))).not.toHaveProperty('attemptDetails');
});

test('what an attempt used that others followed is charged with the rest', async () => {
  const { upstream } = spiedUpstream();
  const usage = Buffer.from(
    'data: {"id":"c","object":"chat.completion.chunk","choices":[],"usage":{"prompt_tokens":70,"completion_tokens":5}}\n\n',
  );
  let isFirst = true;
  /** The first call's provider says what it used, and breaks off. */
  const breaking: Upstream = {
    close: upstream.close,
    dispatch(request, handlers) {
      if (!isFirst) return upstream.dispatch(request, handlers);
      isFirst = false;
      setImmediate(() => {
        handlers.onHead(200, (name) => (name === 'content-type' ? 'text/event-stream' : ''));
        handlers.onData(usage);
        handlers.onFailure({ code: 'upstream_connection_reset', message: 'gone' });
      });
      return { cancel() {}, pause() {}, resume() {} };
    },
  };
  const bed = createChatBed(
    { m: model([deployment('one', { tokens: 3 }), deployment('two', { tokens: 3 })], { routing: { retries: 1 } }) },
    { upstream: breaking },
  );
  const [record] = (await bed.ask('m', { stream: true })).records;
  const details = record?.attemptDetails ?? [];
  expect(record).toMatchObject({ cause: 'completed', usageSource: 'provider' });
  expect(details.map(({ tokensInput }) => tokensInput)).toEqual([70, expect.any(Number)]);
  expect(record?.tokensInput).toBe(details.reduce((sum, { tokensInput }) => sum + tokensInput, 0));
  expect(record?.costNanoUsd).toBe(details.reduce((sum, { costNanoUsd }) => sum + (costNanoUsd ?? 0), 0));
});

test('a request that its quotas let through when the node has ended what runs is refused, and what it reserved is free again', async () => {
  const { upstream, calls } = spiedUpstream();
  const settled: unknown[] = [];
  const pass: Pass = {
    ...FREE_PASS,
    settle(used) {
      settled.push(used.wasSent);
      return [];
    },
  };
  let letThrough = () => {};
  const gate: QuotaGate = {
    enter(_request, onPass) {
      letThrough = () => onPass(pass);
    },
    isNearlySpent: () => false,
    expectedCost: () => 0,
  };
  const bed = createChatBed({ m: model([deployment('a')]) }, { upstream, gate });
  const asking = bed.ask('m');
  bed.chat.abortAll();
  letThrough();
  expect(await asking).toMatchObject({ status: 503, records: [] });
  expect([calls, settled]).toEqual([[], [false]]);
});
