import { expect, test, vi } from 'vitest';
import { FREE_PASS } from '../quota/pass-fixture.ts';
import type { QuotaGate } from '../quota/quota-gate.ts';
import { deployment, model, spiedUpstream, status } from './chat-calls.ts';
import { type BedOptions, createChatBed } from './chat-fixture.ts';

const HOUR_MS = 3_600_000;

/** A model whose requests are all copied to another one, which has a mirror of its own. */
function openMirrored({ percent = 100, mock = {}, ...options }: BedOptions & { percent?: number; mock?: object } = {}) {
  const { upstream, calls } = spiedUpstream();
  const bed = createChatBed(
    {
      m: model([deployment('of-m')], { mirror: { model: 'copies', percent } }),
      copies: model([deployment('of-copies', mock)], { mirror: { model: 'm', percent: 100 } }),
    },
    { upstream, ...options },
  );
  const over = () => vi.waitFor(() => expect(bed.chat.mirrorsInFlight()).toBe(0));
  return { ...bed, calls, over };
}

/** Lets the first request pass, and no other. */
function gateForOne(): QuotaGate {
  let entered = 0;
  return {
    enter(_request, onPass, onRefused) {
      entered += 1;
      if (entered === 1) onPass(FREE_PASS);
      else onRefused({ code: 'budget_exceeded', message: 'spent' }, []);
    },
    isNearlySpent: () => false,
    expectedCost: () => 0,
  };
}

test.each([false, true])(
  'a copy is a request of its own, as the client asked it, and is not copied again (stream: %s)',
  async (stream) => {
    const { ask, records, calls, over } = openMirrored();
    const { headers, status: code } = await ask('m', { stream });
    await over();
    expect(code).toBe(200);
    expect(headers).toMatchObject({
      'x-tollgate-model': 'm',
      'x-tollgate-deployment': 'of-m',
      'x-tollgate-attempts': '1',
    });
    expect(calls).toEqual(['of-m', 'of-copies']);
    const original = records.find(({ mirrorOf }) => mirrorOf === undefined);
    const copy = records.find(({ mirrorOf }) => mirrorOf === original?.id);
    expect(original).toMatchObject({ model: 'm', stream, cause: 'completed', id: headers['x-tollgate-request-id'] });
    expect(copy).toMatchObject({ model: 'copies', stream, cause: 'completed', keyName: 'k', deployment: 'of-copies' });
    expect(copy?.id).not.toBe(original?.id);
    expect(records).toHaveLength(2);
  },
);

test.each([
  [25, 0.24, 2],
  [25, 0.25, 1],
  [0.5, 0.004, 2],
  [0.5, 0.005, 1],
])('of %s percent a draw of %s makes %s calls', async (percent, draw, count) => {
  const { ask, calls, over } = openMirrored({ percent, random: () => draw });
  await ask('m');
  await over();
  expect(calls).toHaveLength(count);
});

test('what becomes of the copy is nothing to the client: its provider fails', async () => {
  const { ask, records, over } = openMirrored({ mock: status(500) });
  expect(await ask('m')).toMatchObject({ status: 200, headers: { 'x-tollgate-attempts': '1' } });
  await over();
  expect(records.map(({ model: of, cause }) => [of, cause])).toContainEqual(['copies', 'upstream_error']);
  expect(records).toHaveLength(2);
});

test('a client that leaves does not end the copy', async () => {
  const { ask, records, over } = openMirrored({ mock: { latencyMs: 20 } });
  await ask('m', { stream: true, onOpen: (leave) => void setImmediate(() => setImmediate(leave)) });
  await over();
  expect(records.find(({ model: of }) => of === 'copies')).toMatchObject({ cause: 'completed' });
});

test('a key need not have the model that gets the copies, nor the fallbacks of that', async () => {
  const { ask, put, calls, over } = openMirrored();
  put({
    copies: model([deployment('of-copies', status(500))], { fallbacks: ['spare'] }),
    spare: model([deployment('of-spare')]),
  });
  await ask('m', { key: { secretHash: '', models: ['m'] } });
  await over();
  expect(calls).toEqual(['of-m', 'of-copies', 'of-spare']);
});

test('a copy goes by what its model says, whatever the key says in place of models', async () => {
  const { ask, put, calls, over } = openMirrored();
  put({
    copies: model([deployment('of-copies', status(500)), deployment('of-copies-too', status(500))], {
      routing: { retries: 1 },
    }),
  });
  await ask('m', { key: { secretHash: '', routing: { retries: 0 } } });
  await over();
  expect(calls).toHaveLength(3);
});

test.each<[string, BedOptions, string]>([
  ['the node has no room', { hasRoom: () => false }, 'copies busy'],
  ['the quotas have no room', { gate: gateForOne() }, 'copies no_quota'],
])('no copy is sent if %s; that is told, and the client is answered', async (_, options, told) => {
  const { ask, records, calls, skipped, over } = openMirrored(options);
  expect(await ask('m')).toMatchObject({ status: 200 });
  await over();
  expect([calls, skipped]).toEqual([['of-m'], [told]]);
  expect(records).toHaveLength(1);
});

test('no copy is sent to a model that is not there any more', async () => {
  const bed = createChatBed({ m: model([deployment('of-m')], { mirror: { model: 'gone', percent: 100 } }) });
  expect(await bed.ask('m')).toMatchObject({ status: 200 });
  await vi.waitFor(() => expect(bed.skipped).toEqual(['gone unusable']));
  expect(bed.chat.mirrorsInFlight()).toBe(0);
});

test('copies under way count as such, and are bounded by what the node says', async () => {
  const { ask, chat, skipped } = openMirrored({ mock: { latencyMs: HOUR_MS }, hasRoom: (inFlight) => inFlight < 2 });
  for (let index = 0; index < 3; index += 1) await ask('m');
  expect([chat.mirrorsInFlight(), skipped]).toEqual([2, ['copies busy']]);
  chat.abortAll();
});

test('a shutdown ends copies with a record each', async () => {
  const { ask, records, calls, chat, over } = openMirrored({ mock: { latencyMs: HOUR_MS } });
  await ask('m');
  await vi.waitFor(() => expect(calls).toEqual(['of-m', 'of-copies']));
  chat.abortAll();
  await over();
  expect(records.map(({ model: of, cause }) => [of, cause])).toContainEqual(['copies', 'shutdown']);
});

test('a copy that its quotas let through after a shutdown is not sent', async () => {
  const held: (() => void)[] = [];
  const gate: QuotaGate = { ...gateForOne(), enter: (_request, onPass) => void held.push(() => onPass(FREE_PASS)) };
  const { ask, calls, chat, over } = openMirrored({ gate });
  const asking = ask('m');
  held.shift()?.();
  await asking;
  await vi.waitFor(() => expect(held).toHaveLength(1));
  chat.abortAll();
  held.shift()?.();
  await over();
  expect(calls).toEqual(['of-m']);
});
