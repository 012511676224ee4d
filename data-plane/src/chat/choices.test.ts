import type { MockBehaviour, ModelConfig } from '@tollgate/schema';
import { describe, expect, test } from 'vitest';
import { dialectFor } from '../dialects/index.ts';
import { FREE_PASS } from '../quota/pass-fixture.ts';
import { deployment, model, status } from './chat-calls.ts';
import { createChatBed } from './chat-fixture.ts';

type Routing = NonNullable<ModelConfig['routing']>;

const QUICK: Routing = { backoff: { initialMs: 1, maxMs: 2 } };
const HOUR_MS = 3_600_000;
const bedOf = (models: Readonly<Record<string, ModelConfig>>) => createChatBed(models, { random: () => 0 });
/** One deployment of each name, with how the mock answers there. */
const modelOf = (mocks: Readonly<Record<string, MockBehaviour>>, routing: Routing = {}, fallbacks?: string[]) =>
  model(
    Object.entries(mocks).map(([name, mock]) => deployment(name, mock)),
    { routing, ...(fallbacks && { fallbacks }) },
  );

async function choicesOf(bed: ReturnType<typeof createChatBed>, options: Parameters<typeof bed.ask>[1] = {}) {
  const { records } = await bed.ask('m', options);
  expect(records).toHaveLength(1);
  return records[0]?.choices;
}

function leaveAlone(bed: ReturnType<typeof createChatBed>, forMs: number, ...names: string[]): void {
  for (const { deployment: name, health } of bed.states.all())
    if (names.includes(name)) health.openUntilMs = performance.now() + forMs;
}

/** A bed whose routes are compiled, so that its deployments have states. */
async function warmBed(models: Readonly<Record<string, ModelConfig>>) {
  const bed = bedOf(models);
  await bed.ask('m');
  return bed;
}

describe('nothing is recorded', () => {
  test('of a choice where one deployment was well and alone in its order', async () => {
    const bed = bedOf({
      m: model([deployment('a'), deployment('b', {}, 2)], { fallbacks: ['f'] }),
      f: modelOf({ c: {} }),
    });
    const { records } = await bed.ask('m');
    expect(JSON.parse(JSON.stringify(records[0]))).not.toHaveProperty('choices');
  });

  test('of the repeats of a deployment that is alone, nor of a fallback with one', async () => {
    const bed = bedOf({ m: modelOf({ a: status(500) }, { ...QUICK, retries: 2 }, ['f']), f: modelOf({ b: {} }) });
    expect(await choicesOf(bed)).toBeUndefined();
  });
});

describe('a choice is recorded', () => {
  const two = { a: {}, b: {} };

  test('with the strategy and all among which it chose', async () => {
    expect(await choicesOf(bedOf({ m: modelOf(two, { strategy: 'round-robin' }) }))).toEqual([
      {
        attempt: 1,
        model: 'm',
        by: 'round-robin',
        candidates: [
          { deployment: 'a', figure: null },
          { deployment: 'b', figure: null },
        ],
        passedOver: [],
        omitted: 0,
      },
    ]);
  });

  test('with what the strategy compared, as it was before the attempt', async () => {
    const bed = await warmBed({ m: modelOf(two, { strategy: 'least-busy' }) });
    for (const state of bed.states.all()) state.inFlight = state.deployment === 'a' ? 4 : 2;
    expect(await choicesOf(bed)).toMatchObject([
      {
        by: 'least-busy',
        candidates: [
          { deployment: 'a', figure: 4 },
          { deployment: 'b', figure: 2 },
        ],
      },
    ]);
  });

  test('with those that were left alone, and for how long still', async () => {
    const bed = await warmBed({ m: modelOf({ ...two, c: {} }) });
    leaveAlone(bed, HOUR_MS, 'b');
    const [choice] = (await choicesOf(bed)) ?? [];
    expect(choice).toMatchObject({
      by: 'weighted',
      candidates: [{ deployment: 'a' }, { deployment: 'c' }],
      passedOver: [{ model: 'm', deployment: 'b', reason: 'cooling' }],
    });
    expect(choice?.passedOver[0]?.forMs).toBeGreaterThan(HOUR_MS - 30_000);
  });

  test('with all of a provider whose health checks fail, one of which is called for lack of another', async () => {
    const bed = await warmBed({ m: modelOf(two) });
    for (const { health } of bed.states.all()) health.provider.isDown = true;
    const [choice] = (await choicesOf(bed)) ?? [];
    expect(choice?.candidates).toHaveLength(2);
    expect(choice?.passedOver).toEqual(
      ['a', 'b'].map((deployment) => ({ model: 'm', deployment, reason: 'down', forMs: null })),
    );
  });

  test('with one that another request finds out about', async () => {
    const bed = await warmBed({ m: modelOf(two) });
    leaveAlone(bed, -1, 'b');
    for (const { deployment: name, health } of bed.states.all()) if (name === 'b') health.isProbing = true;
    expect(await choicesOf(bed)).toMatchObject([
      {
        by: 'only',
        candidates: [{ deployment: 'a' }],
        passedOver: [{ deployment: 'b', reason: 'probing', forMs: null }],
      },
    ]);
  });

  test('with the whole way to a fallback that had to begin, past one that the key may not use', async () => {
    const bed = await warmBed({
      m: modelOf({ a: {} }, {}, ['barred', 'f']),
      barred: modelOf({ x: {} }),
      f: modelOf({ c: {} }),
    });
    leaveAlone(bed, HOUR_MS, 'a');
    expect(await choicesOf(bed, { key: { secretHash: '', models: ['m', 'f'] } })).toMatchObject([
      {
        attempt: 1,
        model: 'f',
        by: 'only',
        candidates: [{ deployment: 'c' }],
        passedOver: [
          { model: 'm', deployment: 'a', reason: 'cooling' },
          { model: 'barred', deployment: '', reason: 'not_allowed' },
        ],
      },
    ]);
  });

  test('as the last resort when all are left alone: the one that is called was passed over as well', async () => {
    const bed = await warmBed({ m: modelOf(two, {}, ['f']), f: modelOf({ c: {} }) });
    leaveAlone(bed, HOUR_MS, 'a', 'b', 'c');
    const { records } = await bed.ask('m');
    expect(records[0]).toMatchObject({
      deployment: 'a',
      choices: [
        {
          model: 'm',
          by: 'weighted',
          candidates: [{ deployment: 'a' }, { deployment: 'b' }],
          passedOver: [{ deployment: 'a' }, { deployment: 'b' }, { model: 'f', deployment: 'c', reason: 'cooling' }],
        },
      ],
    });
  });

  test('by what requests have in common, if they have it', async () => {
    const sticky: Routing = { strategy: 'least-busy', sticky: { by: 'prompt' } };
    expect(await choicesOf(bedOf({ m: modelOf(two, sticky) }))).toMatchObject([
      { by: 'sticky', candidates: [{ figure: null }, { figure: null }] },
    ]);
    const unbound: Routing = { strategy: 'least-busy', sticky: { by: 'user' } };
    expect(await choicesOf(bedOf({ m: modelOf(two, unbound) }))).toMatchObject([{ by: 'least-busy' }]);
  });
});

describe('the choices of later attempts are recorded', () => {
  test('with what the request had called before', async () => {
    const bed = bedOf({ m: modelOf({ a: status(500), b: {}, c: {} }, { ...QUICK, retries: 1 }) });
    expect(await choicesOf(bed)).toMatchObject([
      { attempt: 1, by: 'weighted', passedOver: [] },
      {
        attempt: 2,
        by: 'weighted',
        candidates: [{ deployment: 'b' }, { deployment: 'c' }],
        passedOver: [{ model: 'm', deployment: 'a', reason: 'called' }],
      },
    ]);
  });

  test('with one that asked for a longer wait than the request has, and a fallback that may not be used', async () => {
    const bed = bedOf({
      m: model([deployment('a', status(429, 60))], {
        routing: { ...QUICK, retries: 1, cooldown: { enabled: false } },
        fallbacks: ['barred', 'f'],
      }),
      barred: modelOf({ x: {} }),
      f: modelOf({ c: {} }),
    });
    expect(await choicesOf(bed, { key: { secretHash: '', models: ['m', 'f'] } })).toEqual([
      {
        attempt: 2,
        model: 'f',
        by: 'only',
        candidates: [{ deployment: 'c', figure: null }],
        passedOver: [
          { model: 'm', deployment: 'a', reason: 'asked_to_wait', forMs: null },
          { model: 'barred', deployment: '', reason: 'not_allowed', forMs: null },
        ],
        omitted: 0,
      },
    ]);
  });
});

test('one whose provider’s format cannot say the request is passed over for that', async () => {
  const deployments = [deployment('a', status(500)), deployment('mute'), deployment('c')];
  const bed = createChatBed(
    { m: model(deployments, { routing: { ...QUICK, retries: 1 } }) },
    {
      random: () => 0,
      dialectOf: ({ name, row }) => ({
        ...dialectFor(row.dialect),
        ...(name === 'mute' && {
          encodeRequest: () => ({ ok: false, error: { code: 'invalid_request', message: 'cannot' } }) as const,
        }),
      }),
    },
  );
  expect((await choicesOf(bed))?.[1]).toMatchObject({
    attempt: 2,
    by: 'only',
    candidates: [{ deployment: 'c' }],
    passedOver: [
      { deployment: 'a', reason: 'called' },
      { deployment: 'mute', reason: 'cannot_say' },
    ],
  });
});

test('quotas that counted a request without a charge are named beside those that were charged', async () => {
  const charge = (quota: string, amount: number) => ({ quota, slot: 1, amount });
  const settle = () => [
    charge('q#requests', 1),
    charge('q#tokens', 0),
    charge('q#concurrent', 0),
    charge('q#tokens', 2),
  ];
  const bed = createChatBed({ m: modelOf({ a: {} }) }, { pass: { ...FREE_PASS, settle } });
  expect((await bed.ask('m')).records).toMatchObject([
    { charges: [{ quota: 'q#requests' }, { quota: 'q#tokens', amount: 2 }], uncharged: ['q#concurrent'] },
  ]);
});

test('a choice among very many lists a bounded number, the chosen one with them, and says how many it leaves out', async () => {
  const many = Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`d${index}`, {}]));
  const bed = createChatBed({ m: modelOf(many) }, { random: () => 0.999 });
  const { records } = await bed.ask('m');
  const [choice] = records[0]?.choices ?? [];
  expect(records[0]?.deployment).toBe('d29');
  expect(choice).toMatchObject({ omitted: 10 });
  expect(choice?.candidates).toHaveLength(20);
  expect(choice?.candidates[0]).toEqual({ deployment: 'd29', figure: null });
});

test('the record names the model that a wildcard stood for, and no other', async () => {
  const bed = bedOf({ 'x/*': model([{ ...deployment('a'), model: '*' }]), m: modelOf({ b: {} }) });
  expect((await bed.ask('x/one')).records).toMatchObject([{ model: 'x/one', servedModel: 'x/*' }]);
  expect((await bed.ask('m')).records[0]?.servedModel).toBeUndefined();
});
