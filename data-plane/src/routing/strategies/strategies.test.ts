import { describe, expect, test } from 'vitest';
import { createRouteViews } from '../route-views.ts';
import { requestOf, routeOf, type Serve, simulate } from './simulated-fleet.ts';

const even = { requests: 10_000, everyMs: 10, serve: () => ({ ms: 100 }) };
const three = [{ name: 'a' }, { name: 'b' }, { name: 'c' }];
/** Answers take as long as its name says, in turn longer the more are under way: a server with so many places. */
const queueing =
  (msOf: Readonly<Record<string, number>>, places = 8): Serve =>
  ({ name, state }) => ({ ms: (msOf[name] ?? 0) * Math.max(1, state.inFlight / places) });

describe('weighted', () => {
  test('shares requests as the weights say, within what chance leaves', () => {
    const { shares } = simulate(routeOf([{ name: 'a', weight: 3 }, { name: 'b' }, { name: 'off', weight: 0 }]), even);
    expect(Object.keys(shares).sort()).toEqual(['a', 'b']);
    expect(Math.abs((shares['a'] ?? 0) - 7_500)).toBeLessThan(150);
  });
});

describe('round-robin', () => {
  test('takes turns by weight, exactly and evenly spread', () => {
    const { chosen } = simulate(routeOf([{ name: 'a', weight: 3 }, { name: 'b' }], { strategy: 'round-robin' }), {
      ...even,
      requests: 12,
    });
    expect(chosen.join('')).toBe('aabaaabaaaba');
  });

  test('a deployment that was left alone does not catch up when it comes back', () => {
    const route = routeOf(three, { strategy: 'round-robin' });
    const [{ deployments }] = route.tiers;
    const [a] = deployments;
    if (a === undefined) throw new Error('no deployment');
    a.state.health.openUntilMs = Number.MAX_VALUE;
    simulate(route, { ...even, requests: 100 });
    a.state.health.openUntilMs = 0;
    expect(simulate(route, { ...even, requests: 30 }).shares).toEqual({ a: 10, b: 10, c: 10 });
  });
});

describe('least-busy', () => {
  test('sends less to one that takes longer, and is faster on the whole than chance', () => {
    const run = { requests: 5_000, everyMs: 10, serve: queueing({ a: 50, b: 50, c: 500 }) };
    const busy = simulate(routeOf(three, { strategy: 'least-busy' }), run);
    const chance = simulate(routeOf(three), run);
    expect(busy.shares['c'] ?? 0).toBeLessThan((chance.shares['c'] ?? 0) / 2);
    expect(busy.meanMs).toBeLessThan(chance.meanMs / 2);
  });
});

describe('least-latency', () => {
  test('sends nearly all to the fastest while that keeps up, but tries the others now and then', () => {
    const route = routeOf(three, { strategy: 'least-latency' });
    const { shares } = simulate(route, { requests: 5_000, everyMs: 200, serve: queueing({ a: 100, b: 300, c: 900 }) });
    expect(shares['a'] ?? 0).toBeGreaterThan(4_500);
    expect(shares['b'] ?? 0).toBeGreaterThan(3);
    expect(shares['c'] ?? 0).toBeGreaterThan(3);
  });

  test('leaves one that becomes slow within a few requests, and finds it again when it is fast', () => {
    const route = routeOf([{ name: 'a' }, { name: 'b' }], { strategy: 'least-latency' });
    const serve: Serve = ({ name }, nowMs) => ({
      ms: name === 'b' ? 300 : nowMs > 200_000 && nowMs < 400_000 ? 5_000 : 100,
    });
    const { chosen } = simulate(route, { requests: 4_000, everyMs: 200, serve });
    const shareOfA = (from: number, to: number) =>
      chosen.slice(from, to).filter((name) => name === 'a').length / (to - from);
    expect(shareOfA(0, 900)).toBeGreaterThan(0.9);
    expect(shareOfA(1_100, 1_900)).toBeLessThan(0.1);
    expect(shareOfA(2_500, 4_000)).toBeGreaterThan(0.9);
  });

  test('of streams counts the time to the first token and that of each further one', () => {
    const serve: Serve = ({ name }) =>
      name === 'quick-start'
        ? { ms: 5_100, firstByteMs: 100, tokens: 101 }
        : { ms: 1_000, firstByteMs: 500, tokens: 101 };
    const route = () => routeOf([{ name: 'quick-start' }, { name: 'quick-end' }], { strategy: 'least-latency' });
    const run = { requests: 400, everyMs: 6_000, serve };
    const long = simulate(route(), { ...run, body: () => ({ stream: true }) });
    const short = simulate(route(), { ...run, body: () => ({ stream: true, max_tokens: 2 }) });
    expect(long.shares['quick-end'] ?? 0).toBeGreaterThan(320);
    expect(short.shares['quick-start'] ?? 0).toBeGreaterThan(320);
  });

  test('does not take one that fails at once for fast', () => {
    const route = routeOf([{ name: 'good' }, { name: 'bad' }], {
      strategy: 'least-latency',
      cooldown: { enabled: false },
    });
    const serve: Serve = ({ name }) => (name === 'bad' ? { ms: 1, outcome: 'failed', tokens: 0 } : { ms: 500 });
    const { shares } = simulate(route, { requests: 1_000, everyMs: 600, serve });
    expect(shares['bad'] ?? 0).toBeLessThan(50);
  });
});

describe('lowest-cost', () => {
  test('chooses the lowest price for the request; unknown prices come last', () => {
    const route = routeOf(
      [
        { name: 'unknown', provider: 'openai', model: 'no-such-model' },
        { name: 'dear', provider: 'openai', model: 'gpt-4o' },
        { name: 'cheap', provider: 'openai', model: 'gpt-4o-mini' },
      ],
      { strategy: 'lowest-cost' },
    );
    expect(simulate(route, { ...even, requests: 50 }).shares).toEqual({ cheap: 50 });
    const [{ deployments }] = route.tiers;
    const [unknown, dear, cheap] = deployments;
    if (!unknown || !dear || !cheap) throw new Error('no deployments');
    expect(route.strategy.choose([unknown, dear], requestOf(), 0, 1).name).toBe('dear');
    expect(route.strategy.choose([unknown], requestOf(), 0, 1).name).toBe('unknown');
  });
});

describe('usage-aware', () => {
  test('fills all to the same share of what they take in a minute', () => {
    const route = routeOf(
      [
        { name: 'large', rpm: 600 },
        { name: 'small', rpm: 60 },
        { name: 'by-tokens', tpm: 60_000 },
      ],
      {
        strategy: 'usage-aware',
      },
    );
    const { shares } = simulate(route, { requests: 500, everyMs: 100, serve: () => ({ ms: 100, tokens: 100 }) });
    // 300 of its 60,000 tokens for each request: at most 200 in a minute.
    const parts = [(shares['large'] ?? 0) / 600, (shares['small'] ?? 0) / 60, (shares['by-tokens'] ?? 0) / 300];
    expect(Math.max(...parts) - Math.min(...parts)).toBeLessThan(0.1);
  });

  test('goes on when all are full, as it is no limit', () => {
    const route = routeOf(
      [
        { name: 'a', rpm: 1 },
        { name: 'b', rpm: 1 },
      ],
      { strategy: 'usage-aware' },
    );
    const { shares } = simulate(route, { ...even, requests: 100 });
    expect(shares).toEqual({ a: 50, b: 50 });
  });
});

describe('sticky', () => {
  const routing = { sticky: { by: 'header', header: 'x-session' } } as const;
  const names = (count: number) => Array.from({ length: count }, (_, index) => ({ name: `d${index}` }));
  const sessions = Array.from({ length: 3_000 }, (_, index) => requestOf({}, { 'x-session': `s${index}` }));
  const placesOf = (route: ReturnType<typeof routeOf>) =>
    sessions.map((request, index) => route.strategy.choose(route.tiers[0].deployments, request, index / 3_000, 1).name);

  test('sends requests that belong together to one deployment, and shares sessions by weight', () => {
    const route = routeOf([{ name: 'a', weight: 3 }, { name: 'b' }], routing);
    expect(placesOf(route)).toEqual(placesOf(route));
    expect(Math.abs(placesOf(route).filter((name) => name === 'a').length - 2_250)).toBeLessThan(100);
  });

  test('a deployment that comes takes its share from all, and no other session moves', () => {
    const [before, after] = [placesOf(routeOf(names(5), routing)), placesOf(routeOf(names(6), routing))];
    const moved = after.filter((name, index) => name !== before[index]);
    expect(new Set(moved)).toEqual(new Set(['d5']));
    expect(Math.abs(moved.length - 500)).toBeLessThan(80);
  });

  test('one that is left alone leaves its sessions to the others, and gets them back', () => {
    const route = routeOf(names(4), routing);
    const [{ deployments }] = route.tiers;
    const before = placesOf(route);
    const without = sessions.map((request) => route.strategy.choose(deployments.slice(1), request, 0, 1).name);
    const moved = before.filter((name, index) => name !== without[index]);
    expect(new Set(moved)).toEqual(new Set(['d0']));
  });

  test('by prompt, a conversation stays where it began as it grows', () => {
    const route = routeOf(names(8), { sticky: { by: 'prompt' } });
    const system = { role: 'system', content: 'You are a helpful assistant.' };
    const first = (index: number) => [system, { role: 'user', content: `Question ${index}` }];
    const place = (messages: object[]) =>
      route.strategy.choose(route.tiers[0].deployments, requestOf({ messages }), 0.3, 1).name;
    const places = Array.from({ length: 200 }, (_, index) => {
      const began = place(first(index));
      const grown = [...first(index), { role: 'assistant', content: 'x' }, { role: 'user', content: 'And?' }];
      expect(place(grown)).toBe(began);
      return began;
    });
    expect(new Set(places).size).toBe(8);
  });

  test('what belongs to nothing is chosen by the strategy', () => {
    const route = routeOf(three, { strategy: 'round-robin', ...routing });
    expect(simulate(route, { ...even, requests: 30 }).shares).toEqual({ a: 10, b: 10, c: 10 });
  });
});

describe('tags', () => {
  const tagged = routeOf([
    { name: 'eu', tags: ['eu'] },
    { name: 'us', tags: ['us', 'fast'] },
    { name: 'eu-spare', tags: ['eu'], order: 2 },
    { name: 'any' },
  ]);
  const views = createRouteViews();
  const seenBy = (...tags: string[]) =>
    views.of(tagged, tags, undefined).tiers.map(({ deployments }) => deployments.map(({ name }) => name));

  test('a request is served by deployments that have one of its tags, else by those that have none', () => {
    expect(seenBy('eu')).toEqual([['eu'], ['eu-spare']]);
    expect(seenBy('prod', 'fast')).toEqual([['us']]);
    expect(seenBy('eu', 'us')).toEqual([['eu', 'us'], ['eu-spare']]);
    expect(seenBy('prod')).toEqual([['any']]);
    expect(seenBy()).toEqual([['any']]);
  });

  test('a route is seen alike by requests whose tags differ in what it does not know', () => {
    expect(views.of(tagged, ['eu', 'prod'], undefined)).toBe(views.of(tagged, ['test', 'eu'], undefined));
  });
});

test.each(['weighted', 'round-robin', 'least-busy', 'least-latency', 'usage-aware'] as const)(
  '%s never chooses one that is left alone while another is not, and keeps the orders',
  (strategy) => {
    const limits = strategy === 'usage-aware' ? { rpm: 100 } : {};
    const route = routeOf(
      [
        { name: 'open', ...limits },
        { name: 'well', ...limits },
        { name: 'later', order: 2, ...limits },
      ],
      { strategy },
    );
    const open = route.tiers[0].deployments[0];
    if (open === undefined) throw new Error('no deployment');
    open.state.health.openUntilMs = Number.MAX_VALUE;
    expect(simulate(route, { ...even, requests: 200 }).shares).toEqual({ well: 200 });
  },
);
