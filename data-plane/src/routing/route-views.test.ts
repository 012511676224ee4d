import { callerPolicy, type ModelConfig, type NodeCallerRouting } from '@tollgate/schema';
import { describe, expect, test } from 'vitest';
import type { OwnPolicy } from '../admission/own-policy.ts';
import { createConfigIndex } from '../config/config-index.ts';
import type { Route } from './route.ts';
import { createRouter, type Router } from './router.ts';
import { requestOf, simulate } from './strategies/simulated-fleet.ts';

const at = (name: string, more: Partial<ModelConfig['deployments'][number]> = {}) => ({
  name,
  provider: 'p',
  model: 'm',
  weight: 1,
  ...more,
});

function routerFor(models: Readonly<Record<string, ModelConfig>>): Router {
  const index = createConfigIndex();
  index.put({ kind: 'provider', id: 'p', value: { type: 'mock' } });
  for (const [id, value] of Object.entries(models)) index.put({ kind: 'model', id, value });
  return createRouter(
    () => index,
    () => undefined,
  );
}

function ownOf(said: NodeCallerRouting): OwnPolicy {
  const policy = callerPolicy([said]);
  if (policy === undefined) throw new Error('nothing is said');
  return { id: JSON.stringify(policy), policy };
}

function seen(router: Router, model: string, own?: OwnPolicy, tags: readonly string[] = []): Route {
  const route = router.resolveFor(model, tags, own);
  if (route === undefined) throw new Error('no route');
  return route;
}

const TWO = [at('a'), at('b')];
const IMPATIENT = ownOf({ retries: 0, timeouts: { firstTokenMs: 300 } });
const namesOf = ({ tiers }: Route) => tiers.map(({ deployments }) => deployments.map(({ name }) => name));

describe('what somebody says in place of models', () => {
  test('holds for the route and for all that it leads to, also by the fallbacks of fallbacks', () => {
    const router = routerFor({
      m: { deployments: TWO, routing: { retries: 3 }, fallbacks: ['n'], budgetFallbacks: ['cheap'] },
      n: { deployments: TWO, routing: { retries: 5 }, contentPolicyFallbacks: ['m'] },
      cheap: { deployments: TWO, contextFallbacks: ['wide'], routing: { retries: 1 } },
      wide: { deployments: TWO, routing: { retries: 2 } },
    });
    const view = seen(router, 'm', IMPATIENT);
    const [next] = view.fallbacks;
    const [wide] = view.budgetFallbacks[0]?.contextFallbacks ?? [];
    for (const route of [view, next, view.budgetFallbacks[0], wide])
      expect(route).toMatchObject({ retries: 0, streamTimeouts: { firstTokenMs: 300 } });
    expect([next?.name, wide?.name]).toEqual(['n', 'wide']);
    expect(next?.contentPolicyFallbacks[0]).toBe(view);
    expect(seen(router, 'm')).toMatchObject({ retries: 3, fallbacks: [{ retries: 5 }] });
  });

  test('is worked out once for all who say the same, and not at all for those who say nothing', () => {
    const router = routerFor({ m: { deployments: TWO } });
    const same = ownOf({ retries: 0, timeouts: { firstTokenMs: 300 } });
    expect(seen(router, 'm', same)).toBe(seen(router, 'm', IMPATIENT));
    expect(seen(router, 'm', ownOf({ retries: 1 }))).not.toBe(seen(router, 'm', IMPATIENT));
    expect(seen(router, 'm')).toBe(router.resolve('m'));
    const before = seen(router, 'm', IMPATIENT);
    router.reset();
    expect(seen(router, 'm', IMPATIENT)).not.toBe(before);
  });

  test('goes together with tags', () => {
    const router = routerFor({
      m: { deployments: [at('any'), at('eu', { tags: ['eu'] })], routing: { retries: 3 }, budgetFallbacks: ['n'] },
      n: { deployments: TWO, contextFallbacks: ['o'] },
      o: { deployments: [at('far'), at('near', { tags: ['eu'] })], routing: { retries: 4 } },
    });
    const [any, eu] = [seen(router, 'm', IMPATIENT), seen(router, 'm', IMPATIENT, ['eu'])];
    expect([namesOf(any), any.retries]).toEqual([[['any']], 0]);
    expect([namesOf(eu), eu.retries]).toEqual([[['eu']], 0]);
    expect(seen(router, 'm', undefined, ['eu']).retries).toBe(3);
    const [last] = eu.budgetFallbacks[0]?.contextFallbacks ?? [];
    expect(last && [namesOf(last), last.retries]).toEqual([[['near']], 0]);
  });

  test('leaves what is sticky where it is, and chooses for the others', () => {
    const router = routerFor({ m: { deployments: TWO, routing: { sticky: { by: 'user' } } } });
    const { strategy } = seen(router, 'm', ownOf({ strategy: 'least-busy' }));
    const { strategy: models, tiers } = seen(router, 'm');
    const { deployments } = tiers[0];
    const request = requestOf({ user: 'ada' });
    for (const random of [0, 0.99])
      expect(strategy.choose(deployments, request, random, 1)).toBe(models.choose(deployments, request, 0, 1));
    expect([strategy.name, strategy.isBound?.(request), strategy.isBound?.(requestOf())]).toEqual([
      'least-busy',
      true,
      false,
    ]);
  });
});

describe('a strategy of somebody’s own', () => {
  const serve = ({ name }: { readonly name: string }) => ({ ms: name === 'a' ? 10 : 500 });

  test('goes by what the requests of all have met', () => {
    const router = routerFor({ m: { deployments: TWO, routing: { strategy: 'round-robin' } } });
    const fastest = seen(router, 'm', ownOf({ strategy: 'least-latency' }));
    simulate(seen(router, 'm'), { requests: 20, everyMs: 1_000, serve });
    const { deployments } = fastest.tiers[0];
    for (const random of [0, 0.5, 0.99])
      expect(fastest.strategy.choose(deployments, requestOf(), random, 20_000).name).toBe('a');
  });

  test('does not keep that of the model from learning', () => {
    const limits = { rpm: 60 };
    const router = routerFor({
      m: { deployments: [at('a', limits), at('b', limits)], routing: { strategy: 'usage-aware' } },
    });
    const plain = seen(router, 'm');
    const { deployments } = plain.tiers[0];
    const [a] = deployments;
    if (a === undefined) throw new Error('no deployment');
    // Those of somebody else all went to the first.
    const others = { ...seen(router, 'm', ownOf({ strategy: 'weighted' })), tiers: [{ deployments: [a] }] as const };
    simulate(others, { requests: 20, everyMs: 10, serve });
    for (const random of [0, 0.99])
      expect(plain.strategy.choose(deployments, requestOf(), random, 1_500).name).toBe('b');
  });

  test('is not learned for any more once nobody says it', () => {
    const router = routerFor({ m: { deployments: TWO } });
    seen(router, 'm', ownOf({ strategy: 'least-latency' }));
    const [{ deployments }] = seen(router, 'm').tiers;
    expect(deployments.map(({ state }) => state.learns.latency)).toEqual([true, true]);
    router.reset();
    seen(router, 'm');
    expect(deployments.map(({ state }) => state.learns.latency)).toEqual([false, false]);
  });
});
