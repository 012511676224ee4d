/** How the first provider of a model fails, and what its policy says beside retries and a spare deployment. */
export type Fault = {
  readonly what: string;
  /** A failure of the mock provider, without its rate. */
  readonly failure: object;
  /** Whether answers are streams; both if left out. */
  readonly stream?: boolean;
  readonly routing?: object;
  /** Whether the spare stands in the same order, where a hedge finds it; else it is the next. */
  readonly isBeside?: boolean;
};

const RESET = 'reset_mid_stream';
/** Far longer than an answer without faults takes, and shorter than what clients bear. */
const HEDGED = { routing: { hedgeAfter: '150ms' }, isBeside: true };
const CONTINUED = { stream: true, routing: { midStream: 'CONTINUE' } };

export const FAULTS: readonly Fault[] = [
  { what: 'none', failure: { kind: 'latency', latencyMs: 20 } },
  { what: 'latency spikes', failure: { kind: 'latency', latencyMs: 1_500 }, ...HEDGED },
  { what: '429 with Retry-After', failure: { kind: 'status', status: 429, retryAfterSeconds: 30 } },
  { what: '5xx', failure: { kind: 'status', status: 503 } },
  { what: 'bursts of 5xx', failure: { kind: 'status', status: 502, burst: 20 } },
  { what: 'reset before the answer', failure: { kind: 'reset' } },
  { what: 'reset within the answer', failure: { kind: RESET, afterChunks: 1 }, stream: false },
  { what: 'reset before the first chunk', failure: { kind: RESET, afterChunks: 0 }, stream: true },
  { what: 'reset in mid-stream', failure: { kind: RESET, afterChunks: 8 }, ...CONTINUED },
  { what: 'silence', failure: { kind: 'hang' }, routing: { timeout: '250ms' } },
  { what: 'silence, hedged', failure: { kind: 'hang' }, ...HEDGED },
  {
    what: 'slow drip',
    failure: { kind: 'drip', chunkIntervalMs: 150 },
    stream: true,
    routing: { midStream: 'CONTINUE', timeouts: { idle: '100ms' } },
  },
  { what: 'wrong content', failure: { kind: 'garbage' } },
];

/** A quarter of the first provider's answers are faulty. */
const RATE = 0.25;
/** What answers without faults are: some 100 ms long as a stream. */
export const TOKENS = 16;
const WELL = { text: 'word ', tokens: TOKENS, latencyMs: 20, chunkIntervalMs: 5 };
/** How long a client waits for all of an answer, whatever the policy. */
export const PATIENCE = '4s';
/** All requests begin at the first, and a hedge finds the other. */
const ALWAYS_FIRST = { first: 1_000_000, other: 0.000_001 };

type Model = { readonly name: string; readonly spec: object };

/** The model with one deployment and no policy but the client's patience, and the one with both. */
export function modelsOf({ failure, routing = {}, isBeside = false }: Fault, name: string) {
  const flaky = {
    name: 'flaky',
    provider: 'mock',
    model: name,
    mock: { ...WELL, failures: [{ ...failure, rate: RATE }] },
  };
  const spare = { name: 'spare', provider: 'mock', model: name, mock: WELL };
  const { timeouts = {}, ...rest } = routing as { readonly timeouts?: object };
  const bare: Model = {
    name: `${name}-bare`,
    spec: { deployments: [flaky], routing: { timeouts: { total: PATIENCE }, timeout: PATIENCE } },
  };
  const policy: Model = {
    name: `${name}-policy`,
    spec: {
      deployments: isBeside
        ? [
            { ...flaky, weight: ALWAYS_FIRST.first },
            { ...spare, weight: ALWAYS_FIRST.other },
          ]
        : [flaky, { ...spare, order: 2 }],
      routing: {
        retries: 1,
        backoff: { initial: '10ms', max: '50ms' },
        timeout: PATIENCE,
        timeouts: { total: PATIENCE, ...timeouts },
        ...rest,
      },
    },
  };
  return { bare, policy };
}
