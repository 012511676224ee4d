import { expect, test } from 'vitest';
import { always, deployment, model, spiedUpstream, status } from './chat-calls.ts';
import { createChatBed } from './chat-fixture.ts';

/** The first of the candidates is chosen, so that a deployment goes second only if the first is left alone. */
const first = () => 0;
const cooldown = { attempts: 2, timeMs: 60_000 };

async function askTimes(bed: ReturnType<typeof createChatBed>, times: number): Promise<void> {
  for (let count = 0; count < times; count += 1) await bed.ask('m');
}

test('a deployment that fails is left alone by the requests that follow', async () => {
  const { upstream, calls } = spiedUpstream();
  const models = { m: model([deployment('bad', status(500)), deployment('good')], { routing: { cooldown } }) };
  await askTimes(createChatBed(models, { upstream, random: first }), 5);
  expect(calls).toEqual(['bad', 'bad', 'good', 'good', 'good']);
});

test.each([
  ['says that it is asked too often', status(429)],
  ['does not take its credential', status(401)],
  ['does not allow it the model', status(403)],
  ['does not know the model', status(404)],
])('one whose provider %s is left alone at once', async (_, mock) => {
  const { upstream, calls } = spiedUpstream();
  const models = { m: model([deployment('bad', mock), deployment('good')]) };
  await askTimes(createChatBed(models, { upstream, random: first }), 3);
  expect(calls).toEqual(['bad', 'good', 'good']);
});

test('a wildcard is not left alone because clients ask for what does not exist', async () => {
  const { upstream, calls } = spiedUpstream();
  const wild = { ...deployment('wild', status(404)), model: '*' };
  const bed = createChatBed(
    { '*': model([wild, { ...deployment('other'), model: '*' }]) },
    { upstream, random: first },
  );
  for (let count = 0; count < 3; count += 1) await bed.ask('nonsense');
  expect(calls).toEqual(['wild', 'wild', 'wild']);
});

test('one whose requests are wrong is not', async () => {
  const { upstream, calls } = spiedUpstream();
  const models = { m: model([deployment('strict', status(400)), deployment('other')], { routing: { cooldown } }) };
  await askTimes(createChatBed(models, { upstream, random: first }), 9);
  expect(new Set(calls)).toEqual(new Set(['strict']));
});

test('if all are left alone, they are called all the same', async () => {
  const { upstream, calls } = spiedUpstream();
  const models = { m: model([deployment('bad', status(500))], { routing: { cooldown } }) };
  await askTimes(createChatBed(models, { upstream }), 4);
  expect(calls).toHaveLength(4);
});

test('a model whose deployments are all left alone is answered by its fallback at once', async () => {
  const { upstream, calls } = spiedUpstream();
  const bed = createChatBed(
    {
      m: model([deployment('bad', status(429))], { fallbacks: ['f', 'g'] }),
      f: model([deployment('of-f', status(429))]),
      g: model([deployment('of-g')]),
    },
    { upstream },
  );
  await askTimes(bed, 1);
  const { headers } = await bed.ask('m');
  expect(calls).toEqual(['bad', 'of-f', 'of-g', 'of-g']);
  expect(headers).toMatchObject({ 'x-tollgate-model': 'g', 'x-tollgate-attempts': '1' });
});

test('once its time has come it is tried again, and left alone again if it still fails', async () => {
  const { upstream, calls } = spiedUpstream();
  const brief = { routing: { cooldown: { attempts: 1, timeMs: 1, maxMs: 60_000 } } };
  const bed = createChatBed(
    { m: model([deployment('bad', status(500)), deployment('good')], brief) },
    { upstream, random: first },
  );
  await askTimes(bed, 1);
  await new Promise((resolve) => setTimeout(resolve, 20));
  await askTimes(bed, 1);
  expect(calls).toEqual(['bad', 'bad']);
});

test('what is known of a deployment outlives a revision that leaves it as it was, and no other', async () => {
  const { upstream, calls } = spiedUpstream();
  const models = { m: model([deployment('bad', status(429)), deployment('good')]) };
  const bed = createChatBed(models, { upstream, random: first });
  await askTimes(bed, 2);
  bed.put({ m: model([deployment('bad', status(429)), deployment('good'), deployment('new')]) });
  await askTimes(bed, 1);
  bed.put({ m: model([deployment('bad', { tokens: 3 }), deployment('good')]) });
  await askTimes(bed, 1);
  expect(calls).toEqual(['bad', 'good', 'good', 'bad']);
});

test('a client that leaves says nothing of the deployment, and leaves nothing in flight', async () => {
  const { upstream } = spiedUpstream();
  const bed = createChatBed({ m: model([deployment('slow', { latencyMs: 60_000 })]) }, { upstream });
  await bed.ask('m', { onOpen: (leave) => void setTimeout(leave, 20) });
  await bed.ask('m', { stream: true, onOpen: (leave) => void setTimeout(leave, 20) });
  expect([...bed.states.all()]).toMatchObject([{ inFlight: 0, outcomes: { abandoned: 2, ok: 0, failed: 0 } }]);
});

test('each attempt is counted once by how it ended', async () => {
  const bed = createChatBed({
    m: model([deployment('bad', always({ kind: 'reset' })), deployment('spare', {}, 2)], {
      routing: { cooldown: { enabled: false } },
    }),
  });
  await askTimes(bed, 3);
  expect([...bed.states.all()]).toMatchObject([
    { deployment: 'bad', inFlight: 0, outcomes: { failed: 3, ok: 0 } },
    { deployment: 'spare', inFlight: 0, outcomes: { failed: 0, ok: 3 } },
  ]);
});
