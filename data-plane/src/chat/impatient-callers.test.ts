import type { NodeCallerRouting } from '@tollgate/schema';
import { expect, test } from 'vitest';
import { deployment, model } from './chat-calls.ts';
import { createChatBed } from './chat-fixture.ts';

const SLOW = { latencyMs: 30, chunkIntervalMs: 30 };

/** After six requests of a key that says this of its routing, all of which failed. */
async function afterFailuresOf(routing: NodeCallerRouting, stream: boolean, own: object = {}) {
  const bed = createChatBed(
    { m: model([deployment('a', SLOW)], { fallbacks: ['f'], routing: own }), f: model([deployment('b')]) },
    { random: () => 0 },
  );
  const key = { secretHash: '', routing, models: ['m'] };
  for (let nth = 0; nth < 6; nth += 1) {
    const { records } = await bed.ask('m', { key, stream });
    expect(records).toMatchObject([{ deployment: 'a', cause: expect.stringMatching(/upstream_timeout|broken/) }]);
  }
  const state = [...bed.states.all()].find(({ deployment: name }) => name === 'a');
  return { ...bed, state };
}

test.each<[string, NodeCallerRouting, boolean]>([
  ['for a first token', { timeouts: { firstTokenMs: 5 } }, true],
  ['for an answer', { timeoutMs: 5 }, false],
  ['between two pieces', { timeouts: { idleMs: 5 } }, true],
  ['for all of a request', { timeouts: { totalMs: 5 } }, false],
])('whoever waits less %s than the model says takes no deployment from others', async (_, routing, stream) => {
  const { ask, state } = await afterFailuresOf(routing, stream);
  expect((await ask('m')).records).toMatchObject([{ deployment: 'a', cause: 'completed' }]);
  expect(state?.outcomes).toMatchObject({ impatient: 6, failed: 0, ok: 1 });
});

test('one that is slower than its model says is left alone, whoever asks', async () => {
  const { ask } = await afterFailuresOf({ timeouts: { firstTokenMs: 20 } }, true, { timeouts: { firstTokenMs: 10 } });
  expect((await ask('m')).records).toMatchObject([{ deployment: 'b' }]);
});

test('that it takes long is learned all the same', async () => {
  const { state } = await afterFailuresOf({ strategy: 'least-latency', timeouts: { firstTokenMs: 5 } }, true);
  expect(state?.latency.firstTokenMs.value).toBeGreaterThan(0);
});
