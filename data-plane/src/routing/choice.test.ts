import type { ModelConfig } from '@tollgate/schema';
import { expect, test } from 'vitest';
import { explainFirst } from './choice.ts';
import { learnAnswer } from './latency.ts';
import type { Route } from './route.ts';
import { selectFirst } from './select.ts';
import { requestOf, routeOf } from './strategies/simulated-fleet.ts';

const NOW_MS = 100_000;
const choosing = { request: requestOf(), mayUse: () => true, random: 0, nowMs: NOW_MS };

function figuresOf(route: Route): readonly (number | null)[] | undefined {
  const choice = explainFirst(route, selectFirst(route, choosing), choosing);
  expect(choice?.by).toBe(route.strategy.name);
  return choice?.candidates.map(({ figure }) => figure);
}

const statesOf = ({ tiers: [{ deployments }] }: Route) => deployments.map(({ state }) => state);
const routed = (routing: ModelConfig['routing'], limits: object = {}) =>
  routeOf(
    [
      { name: 'a', ...limits },
      { name: 'b', ...limits },
    ],
    routing,
  );

test('of least-latency it is the time in which the answer is expected, if one was measured lately', () => {
  const route = routed({ strategy: 'least-latency' });
  const [a] = statesOf(route);
  if (a === undefined) throw new Error('no deployment');
  const answer = {
    isStream: false,
    startedMs: NOW_MS - 1_000,
    firstByteMs: 0,
    endedMs: NOW_MS - 500,
    outputTokens: 100,
  };
  learnAnswer(a.latency, answer);
  a.inFlight = 1;
  // 5 ms for each of 256 tokens, twice as one is under way already.
  expect(figuresOf(route)).toEqual([2_560, null]);
});

test('of lowest-cost it is the price of what is taken to be used, if it is known', () => {
  const provider = 'openai';
  const route = routeOf(
    [
      { name: 'a', provider, model: 'gpt-4o-mini' },
      { name: 'b', provider, model: 'no-such-model' },
    ],
    { strategy: 'lowest-cost' },
  );
  // 100 tokens in at 0.15 USD and 256 out at 0.60 USD for a million.
  expect(figuresOf(route)).toEqual([100 * 150 + 256 * 600, null]);
});

test('of usage-aware it is the percentage of the limit that would be used', () => {
  const route = routed({ strategy: 'usage-aware' }, { rpm: 40 });
  const [a] = statesOf(route);
  a?.requests.add(9, NOW_MS);
  expect(figuresOf(route)).toEqual([25, 2.5]);
});

test('of least-busy it is the attempts under way', () => {
  const route = routed({ strategy: 'least-busy' });
  const [a] = statesOf(route);
  if (a !== undefined) a.inFlight = 3;
  expect(figuresOf(route)).toEqual([3, 0]);
});

test('of those that compare nothing there is none', () => {
  expect(figuresOf(routed({}))).toEqual([null, null]);
  expect(figuresOf(routed({ strategy: 'round-robin' }))).toEqual([null, null]);
});
