import type { ModelConfig } from '@tollgate/schema';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createConfigIndex } from '../config/config-index.ts';
import type { Route } from './route.ts';
import { createRouter } from './router.ts';
import { chooseByWeight } from './strategies/weighted.ts';
import { upstreamModelOf } from './upstream-model.ts';

const deployment = (name: string, weight = 1, model = 'm') => ({ name, provider: 'p', model, weight });

const openSealed = (owner: string, field: string, sealed: string) =>
  owner === 'provider:p' && field === 'apiKey' ? sealed.replace('sealed-', 'sk-') : undefined;

const chooseDeployment = ({ tiers: [{ deployments }] }: Route, random: number) => chooseByWeight(deployments, random);

function routerFor(models: Readonly<Record<string, ModelConfig>>) {
  const index = createConfigIndex();
  index.put({
    kind: 'provider',
    id: 'p',
    value: { type: 'openai', baseUrl: 'https://example.test/base/', sealedApiKey: 'sealed-1' },
  });
  for (const [id, value] of Object.entries(models)) index.put({ kind: 'model', id, value });
  return createRouter(() => index, openSealed);
}

describe('resolving a model', () => {
  const router = routerFor({
    'openai/gpt': { deployments: [deployment('exact')] },
    'openai/*': { deployments: [deployment('narrow', 1, '*')] },
    '*': { deployments: [deployment('wide', 1, 'prefix-*')] },
  });

  test.each([
    ['openai/gpt', 'exact', 'm'],
    ['openai/other', 'narrow', 'other'],
    ['else', 'wide', 'prefix-else'],
  ])('%s is served by %s as %s', (requested, name, upstreamModel) => {
    const route = router.resolve(requested);
    if (!route) throw new Error('no route');
    const chosen = chooseDeployment(route, 0);
    expect(chosen.name).toBe(name);
    expect(upstreamModelOf(route.name, chosen.upstreamModel, requested)).toBe(upstreamModel);
  });

  test.each(['openai/a\r\nx-evil: 1', 'sp ace', 'ünïcode', '', 'x'.repeat(300)])(
    'a wildcard does not stand for %j, which could not be a header',
    (requested) => {
      expect(router.resolve(requested)).toBeUndefined();
    },
  );

  test('the pattern itself is no model', () => {
    expect(routerFor({ 'openai/*': { deployments: [deployment('d')] } }).resolve('openai/*')).toBeUndefined();
    expect(routerFor({}).resolve('*')).toBeUndefined();
  });

  test('the credential goes into the header that the catalogue names, the path behind the base URL', () => {
    const [compiled] = router.resolve('openai/gpt')?.tiers[0].deployments ?? [];
    expect(compiled?.origin).toBe('https://example.test');
    expect(compiled?.path).toBe('/base/chat/completions');
    expect(compiled?.headers.slice(-2)).toEqual(['authorization', 'Bearer sk-1']);
  });
});

describe('a route', () => {
  const [one] = [deployment('one')];
  const namesOf = (route: Route | undefined) =>
    route?.tiers.map(({ deployments }) => deployments.map(({ name }) => name));

  test('has its deployments by order, the lowest first, without those of no weight', () => {
    const deployments = [
      { ...deployment('c'), order: 7 },
      { ...deployment('off', 0), order: 1 },
      { ...deployment('b'), order: 2 },
      deployment('a'),
      { ...deployment('d'), order: 7 },
    ];
    expect(namesOf(routerFor({ m: { deployments } }).resolve('m'))).toEqual([['a'], ['b'], ['c', 'd']]);
  });

  test('has the fallbacks of its fallbacks behind them, none twice, even if they went in a circle', () => {
    const router = routerFor({
      a: { deployments: [one], fallbacks: ['b', 'c'] },
      b: { deployments: [one], fallbacks: ['d', 'a'] },
      c: { deployments: [one], fallbacks: ['d'] },
      d: { deployments: [one] },
    });
    expect(router.resolve('a')?.fallbacks.map(({ name }) => name)).toEqual(['b', 'd', 'c']);
  });

  test('is served without a fallback that this node cannot use', () => {
    const router = routerFor({
      a: { deployments: [one], fallbacks: ['broken', 'b'] },
      broken: { deployments: [{ ...one, provider: 'unknown' }] },
      b: { deployments: [one] },
    } as Record<string, ModelConfig>);
    expect(router.resolve('a')?.fallbacks.map(({ name }) => name)).toEqual(['b']);
  });

  test('waits as `timeout` says, but for the parts that say otherwise; whole answers have no first token', () => {
    const route = routerFor({
      m: { deployments: [one], timeoutMs: 60_000, routing: { timeouts: { firstTokenMs: 5_000, totalMs: 90_000 } } },
    }).resolve('m');
    expect(route).toMatchObject({
      wholeTimeouts: { connectMs: 10_000, firstTokenMs: 60_000, idleMs: 60_000 },
      streamTimeouts: { connectMs: 5_000, firstTokenMs: 5_000, idleMs: 60_000 },
      totalMs: 90_000,
      retries: 0,
    });
  });
});

describe('choosing a deployment', () => {
  test('each gets its share of the weights', () => {
    const route = routerFor({
      m: { deployments: [deployment('a', 3), deployment('b', 1), deployment('off', 0)] },
    }).resolve('m');
    if (!route) throw new Error('no route');
    const steps = 1_000;
    const counts: Record<string, number> = {};
    for (let step = 0; step < steps; step += 1) {
      const { name } = chooseDeployment(route, step / steps);
      counts[name] = (counts[name] ?? 0) + 1;
    }
    expect(counts).toEqual({ a: 750, b: 250 });
  });

  test('one without weight is never chosen, whatever the others weigh', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        fc.array(fc.double({ min: 0, max: 1e6, noNaN: true }), { minLength: 1 }),
        (random, weights) => {
          fc.pre(weights.some((weight) => weight > 0));
          const route = routerFor({
            m: { deployments: weights.map((weight, index) => deployment(String(index), weight)) },
          }).resolve('m');
          return route !== undefined && chooseDeployment(route, random).weight > 0;
        },
      ),
    );
  });
});

describe('the windows of a route', () => {
  const router = routerFor({
    listed: { deployments: [deployment('d', 1, 'gpt-4o-mini')], fallbacks: ['small'], budgetFallbacks: ['tiny'] },
    declared: { deployments: [{ ...deployment('d', 1, 'gpt-4o-mini'), contextTokens: 1_000_000 }] },
    unknown: { deployments: [deployment('d', 1, 'no-such-model')] },
    small: { deployments: [deployment('d', 1, 'gpt-4')] },
    tiny: { deployments: [{ ...deployment('d'), contextTokens: 500 }, deployment('other')] },
    'openai/*': { deployments: [deployment('d', 1, '*')] },
  });
  const windowOf = (requested: string) => {
    const route = router.resolve(requested);
    const [first] = route?.tiers[0].deployments ?? [];
    return route && first && route.windowOf(first, requested);
  };

  test('are those that are declared, else those of the price list, also for what a wildcard stands for', () => {
    expect(windowOf('listed')).toBe(128_000);
    expect(windowOf('declared')).toBe(1_000_000);
    expect(windowOf('unknown')).toBeUndefined();
    expect(windowOf('openai/gpt-4')).toBe(8_192);
  });

  test.each([
    ['small', 8_192],
    ['declared', 1_000_000],
    ['unknown', Number.POSITIVE_INFINITY],
    ['tiny', 500],
    // The smallest of its fallbacks, of whatever kind.
    ['listed', 500],
    ['openai/any', 4_096],
  ])('the smallest of %s is %d', (name, smallest) => {
    expect(router.resolve(name)?.smallestWindow).toBe(smallest);
  });
});

test('the tokenizers of a route are those of its deployments and of what steps in for it', () => {
  const counted = (tokenizer: 'o200k_base' | 'cl100k_base') => ({ ...deployment('d'), tokenizer });
  const router = routerFor({
    plain: { deployments: [deployment('d')], fallbacks: ['newer'] },
    newer: { deployments: [counted('o200k_base'), deployment('e')], contextFallbacks: ['older'] },
    older: { deployments: [counted('cl100k_base')] },
    none: { deployments: [deployment('d')] },
  });
  const of = (name: string) => [...(router.resolve(name)?.tokenizers ?? [])];
  expect([of('plain').sort(), of('older'), of('none')]).toEqual([['cl100k_base', 'o200k_base'], ['cl100k_base'], []]);
});
