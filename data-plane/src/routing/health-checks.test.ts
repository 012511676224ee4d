import type { ModelConfig, ProviderConfig } from '@tollgate/schema';
import { describe, expect, test } from 'vitest';
import { createConfigIndex } from '../config/config-index.ts';
import { createDeploymentStates } from './deployment-state.ts';
import { createHealthChecks } from './health-checks.ts';
import { createProviderHealths } from './provider-health.ts';
import { createRouter } from './router.ts';
import { availableOf } from './select.ts';

const INTERVAL_MS = 1_000;
const checked = (more: Partial<ProviderConfig> = {}): ProviderConfig => ({
  type: 'openai',
  baseUrl: 'https://example.test/v1',
  sealedApiKey: 'sealed',
  healthCheck: { path: '/health', intervalMs: INTERVAL_MS, timeoutMs: 500 },
  ...more,
});
const model = (...providers: string[]): ModelConfig => ({
  deployments: providers.map((provider) => ({ name: provider, provider, model: 'm', weight: 1 })),
});

/** Checks in virtual time; what is asked is answered with the status that the provider has now. */
function open(providers: Readonly<Record<string, ProviderConfig>>, models: Readonly<Record<string, ModelConfig>>) {
  const index = createConfigIndex();
  for (const [id, value] of Object.entries(providers)) index.put({ kind: 'provider', id, value });
  for (const [id, value] of Object.entries(models)) index.put({ kind: 'model', id, value });
  const healths = createProviderHealths();
  const timers = new Set<{ readonly atMs: number; run(): void }>();
  const probes: { readonly url: string; readonly headers: readonly string[] }[] = [];
  const unusable: unknown[] = [];
  let status: number | undefined | Error = 200;
  let nowMs = 0;
  const checks = createHealthChecks({
    index: () => index,
    openSealed: () => 'sk-1',
    healths,
    probe: async ({ origin, headers }, path) => {
      probes.push({ url: `${origin}${path}`, headers });
      if (status instanceof Error) throw status;
      return status;
    },
    schedule: {
      after(delayMs, run) {
        const timer = { atMs: nowMs + delayMs, run };
        timers.add(timer);
        return () => timers.delete(timer);
      },
    },
    random: () => 0.5,
    onUnusable: (error) => unusable.push(error),
  });
  const router = createRouter(
    () => index,
    () => 'sk-1',
    { states: createDeploymentStates(healths) },
  );
  checks.configured();
  return {
    checks,
    index,
    probes,
    unusable,
    answers(next: number | undefined | Error) {
      status = next;
    },
    /** Names of the deployments of a model that may be called. */
    available(name: string): readonly string[] {
      const route = router.resolve(name);
      return availableOf(route?.tiers[0].deployments ?? [], 1).map((deployment) => deployment.name);
    },
    async pass(ms: number): Promise<void> {
      const untilMs = nowMs + ms;
      for (;;) {
        const due = [...timers].filter(({ atMs }) => atMs <= untilMs).sort((a, b) => a.atMs - b.atMs)[0];
        if (due === undefined) break;
        timers.delete(due);
        nowMs = due.atMs;
        due.run();
        // The answer comes in a later turn of the event loop.
        await new Promise(setImmediate);
      }
      nowMs = untilMs;
    },
  };
}

describe('a provider with a health check', () => {
  test('is asked once in each interval, at its host and with its credential', async () => {
    const { probes, pass } = open({ a: checked() }, { m: model('a') });
    await pass(10 * INTERVAL_MS);
    expect(probes).toHaveLength(10);
    expect(probes[0]?.url).toBe('https://example.test/health');
    expect(probes[0]?.headers).toEqual(expect.arrayContaining(['authorization', 'Bearer sk-1']));
  });

  test.each([
    ['no answer', undefined],
    ['an error of its own', 503],
  ])('is left alone by all models after two checks in a row with %s, and not before', async (_, status) => {
    const { pass, answers, available } = open(
      { a: checked(), b: checked({ healthCheck: undefined }) },
      { m: model('a', 'b'), other: model('b', 'a') },
    );
    answers(status);
    await pass(INTERVAL_MS);
    expect([available('m'), available('other')]).toEqual([
      ['a', 'b'],
      ['b', 'a'],
    ]);
    await pass(INTERVAL_MS);
    expect([available('m'), available('other')]).toEqual([['b'], ['b']]);
  });

  test('comes back at the first check that it answers, with whatever is no error of its own', async () => {
    const { pass, answers, available } = open({ a: checked(), b: checked() }, { m: model('a', 'b') });
    answers(500);
    await pass(3 * INTERVAL_MS);
    expect(available('m')).toEqual([]);
    answers(404);
    await pass(INTERVAL_MS);
    expect(available('m')).toEqual(['a', 'b']);
  });

  test('is well if one check in two fails', async () => {
    const { pass, answers, available } = open({ a: checked() }, { m: model('a') });
    for (let count = 0; count < 6; count += 1) {
      answers(count % 2 === 0 ? 500 : 200);
      await pass(INTERVAL_MS);
      expect(available('m')).toEqual(['a']);
    }
  });
});

describe('a change of the configuration', () => {
  test('that takes its last model, or the check, from a provider ends the checks and what they found', async () => {
    const bed = open({ a: checked(), b: checked({ healthCheck: undefined }) }, { m: model('a', 'b') });
    bed.answers(500);
    await bed.pass(3 * INTERVAL_MS);
    expect(bed.available('m')).toEqual(['b']);
    bed.index.put({ kind: 'provider', id: 'a', value: checked({ healthCheck: undefined }) });
    bed.checks.configured();
    expect(bed.available('m')).toEqual(['a', 'b']);
    expect([...bed.checks.all()]).toEqual([]);
    const asked = bed.probes.length;
    bed.index.put({ kind: 'provider', id: 'a', value: checked() });
    bed.index.put({ kind: 'model', id: 'm', value: model('b') });
    bed.checks.configured();
    await bed.pass(5 * INTERVAL_MS);
    expect(bed.probes).toHaveLength(asked);
  });

  test('that leaves a check as it is does not begin it anew', async () => {
    const bed = open({ a: checked() }, { m: model('a') });
    for (let count = 0; count < 20; count += 1) {
      await bed.pass(INTERVAL_MS / 10);
      bed.checks.configured();
    }
    expect(bed.probes).toHaveLength(2);
  });

  test('that moves a provider asks at the new place', async () => {
    const bed = open({ a: checked() }, { m: model('a') });
    bed.index.put({ kind: 'provider', id: 'a', value: checked({ baseUrl: 'https://moved.test' }) });
    bed.checks.configured();
    await bed.pass(2 * INTERVAL_MS);
    expect(new Set(bed.probes.map(({ url }) => url))).toEqual(new Set(['https://moved.test/health']));
  });
});

test('checks end with the node, also those under way', async () => {
  const bed = open({ a: checked(), b: checked() }, { m: model('a', 'b') });
  await bed.pass(INTERVAL_MS);
  const asked = bed.probes.length;
  bed.checks.close();
  await bed.pass(10 * INTERVAL_MS);
  expect(bed.probes).toHaveLength(asked);
});

test('a provider that this node cannot call is not checked, and taken to be well', async () => {
  const { unusable, pass, available, probes } = open(
    { a: checked({ type: 'unheard-of' }), b: checked() },
    { m: model('b'), broken: model('a') },
  );
  expect(unusable).toHaveLength(1);
  await pass(INTERVAL_MS);
  expect(available('m')).toEqual(['b']);
  expect(probes).toHaveLength(1);
});

test('a provider that cannot even be asked is as one that does not answer', async () => {
  const { answers, available, pass } = open({ a: checked(), b: checked() }, { m: model('a', 'b') });
  answers(new Error('no such header'));
  await pass(3 * INTERVAL_MS);
  const down = available('m');
  answers(200);
  await pass(2 * INTERVAL_MS);
  expect([down, available('m')]).toEqual([[], ['a', 'b']]);
});
