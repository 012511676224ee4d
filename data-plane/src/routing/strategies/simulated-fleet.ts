import type { ModelConfig } from '@tollgate/schema';
import type { ChatRequest } from '../../chat/chat-request.ts';
import { createConfigIndex } from '../../config/config-index.ts';
import type { AttemptOutcome } from '../health.ts';
import type { Deployment, Route } from '../route.ts';
import { createRouter } from '../router.ts';
import { selectFirst } from '../select.ts';
import { watchAttempt } from '../watch-attempt.ts';
import type { RoutingRequest } from './strategy.ts';

/** A fleet of deployments that answer as a test says, in simulated time: the same seed gives the same run. */

type Declared = Partial<ModelConfig['deployments'][number]> & { readonly name: string };

/** What the n-th request (from 0) meets at a deployment. */
export type Served = {
  readonly ms: number;
  readonly firstByteMs?: number;
  readonly tokens?: number;
  readonly outcome?: AttemptOutcome;
};
export type Serve = (deployment: Deployment, nowMs: number) => Served;

export type Run = {
  readonly requests: number;
  /** The mean time between two requests, which come at random. */
  readonly everyMs: number;
  readonly serve: Serve;
  readonly body?: (index: number) => Readonly<Record<string, unknown>>;
  readonly headers?: (index: number) => Readonly<Record<string, string>>;
};

export type Report = {
  /** How many requests each deployment got. */
  readonly shares: Readonly<Record<string, number>>;
  readonly chosen: readonly string[];
  readonly meanMs: number;
  readonly p99Ms: number;
};

export function routeOf(deployments: readonly Declared[], routing: ModelConfig['routing'] = {}): Route {
  const index = createConfigIndex();
  index.put({ kind: 'provider', id: 'p', value: { type: 'mock' } });
  index.put({ kind: 'provider', id: 'openai', value: { type: 'openai' } });
  const declared = deployments.map((one) => ({ provider: 'p', model: 'm', weight: 1, ...one }));
  index.put({ kind: 'model', id: 'm', value: { deployments: declared, routing } });
  const route = createRouter(
    () => index,
    () => undefined,
  ).resolve('m');
  if (route === undefined) throw new Error('no route');
  return route;
}

export function requestOf(
  body: Readonly<Record<string, unknown>> = {},
  headers: RoutingRequest['headers'] = {},
): RoutingRequest {
  const chat: ChatRequest = {
    bytes: Buffer.alloc(400),
    body,
    model: 'm',
    stream: body['stream'] === true,
    includeUsage: false,
  };
  return { chat, requested: 'm', headers };
}

/** Sends requests through a route, each chosen, begun and ended as the gateway does it. */
export function simulate(route: Route, run: Run, seed = 1): Report {
  const random = createSeededRandom(seed);
  const ends: { readonly atMs: number; end(): void }[] = [];
  const shares: Record<string, number> = {};
  const chosen: string[] = [];
  const waits: number[] = [];
  // Instant 0 stands for 'never'.
  let nowMs = 1_000;

  function endUntil(atMs: number): void {
    ends.sort((one, other) => one.atMs - other.atMs);
    while (ends[0] !== undefined && ends[0].atMs <= atMs) ends.shift()?.end();
  }

  for (let index = 0; index < run.requests; index += 1) {
    nowMs += -Math.log(1 - random()) * run.everyMs;
    endUntil(nowMs);
    const request = requestOf(run.body?.(index), run.headers?.(index));
    const { deployment } = selectFirst(route, { request, mayUse: () => true, random: random(), nowMs });
    const attempt = watchAttempt(route, deployment, request, nowMs);
    const { ms, firstByteMs = ms, tokens = 100, outcome = 'ok' } = run.serve(deployment, nowMs);
    const startedMs = nowMs;
    ends.push({
      atMs: startedMs + ms,
      end: () =>
        attempt.end({
          outcome,
          retryAfterMs: 0,
          firstByteMs: startedMs + firstByteMs,
          endedMs: startedMs + ms,
          inputTokens: 100,
          outputTokens: tokens,
        }),
    });
    shares[deployment.name] = (shares[deployment.name] ?? 0) + 1;
    chosen.push(deployment.name);
    waits.push(ms);
  }
  endUntil(Number.POSITIVE_INFINITY);
  waits.sort((one, other) => one - other);
  const meanMs = waits.reduce((sum, wait) => sum + wait, 0) / waits.length;
  return { shares, chosen, meanMs, p99Ms: waits[Math.floor(waits.length * 0.99)] ?? 0 };
}

/** mulberry32 (https://github.com/bryc/code/blob/master/jshash/PRNGs.md), in [0, 1). */
export function createSeededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
