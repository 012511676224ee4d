import { findProviderRow, type GatewayError, NO_TOKENS, type NodeQuota, type Tokenizer } from '@tollgate/schema';
import { createPriceBook } from '@tollgate/schema/price-book';
import { parseChatRequest } from '../chat/parse-chat-request.ts';
import { NO_COUNTS } from '../tokens/counts-fixture.ts';
import { NOTHING } from './amounts.ts';
import type { Coverage, CoverDeps, GateRequest } from './coverage.ts';
import { createEstimator } from './estimator.ts';
import type { AttemptUse, NextCall, Pass } from './pass.ts';
import { createBookBench, grantOf, quotaOf } from './quota-book-fixture.ts';
import { createQuotaGate } from './quota-gate.ts';

/** A request that was let through real quotas, and what its attempts took, for tests of what it has then. */

export const OF_KEY = quotaOf('key:k#tokens/day');
export const OF_ONE = quotaOf('provider:one#tokens/day');
export const OF_TWO = quotaOf('provider:two#tokens/day');

const prices = createPriceBook();

export const DEARER = 'gpt-4.1';
export const CHEAPER = 'gpt-4.1-mini';
export const OUTPUT = 10;

/** What of all quotas counts a request that goes to a provider: those of the provider's own name, and those of everything else. */
const countingAt = (quotas: readonly NodeQuota[], provider: string): readonly NodeQuota[] =>
  quotas.filter(({ id }) => !id.startsWith('provider:') || id.startsWith(`provider:${provider}#`));

type Call = {
  readonly provider?: string;
  readonly upstreamModel?: string;
  readonly maxTokens?: number;
  readonly tokenizer?: Tokenizer;
};

export function callOf({
  provider = 'one',
  upstreamModel = DEARER,
  maxTokens = OUTPUT,
  tokenizer,
}: Call): GateRequest & NextCall {
  const messages = [{ role: 'user', content: 'Hello' }];
  const parsed = parseChatRequest(Buffer.from(JSON.stringify({ model: 'm', messages, max_tokens: maxTokens })));
  if (!parsed.ok) throw new Error(parsed.error.message);
  const row = findProviderRow('openai');
  const rates = row && prices.ratesFor(row, upstreamModel, 0);
  const call = {
    model: 'm',
    chat: parsed.request,
    upstreamModel,
    deployment: { providerName: provider, row, tokenizer },
    rates,
  };
  // The key, its grant and the route are for the scopes, which are given here.
  return { ...call, piecesBefore: 0 } as unknown as GateRequest & NextCall;
}

/** A request that was let through to provider `one`; of each quota so much was granted. */
export function enter(
  granted: Readonly<Record<string, number>>,
  quotas: readonly NodeQuota[],
  call: Call = {},
  counter: CoverDeps['counter'] = NO_COUNTS,
) {
  const bench = createBookBench();
  const known = new Map(['one', 'two'].map((provider) => [provider, countingAt(quotas, provider)]));
  const estimator = createEstimator();
  const gate = createQuotaGate({
    book: bench.book,
    scopes: { of: ({ deployment }) => known.get(deployment.providerName) ?? [], isOfProvider: () => false, reset() {} },
    estimator,
    counter,
    nowMs: () => 0,
  });
  // All are asked for once, so that each is known here.
  bench.book.reserve(
    quotas,
    { nano_usd: 1, tokens: 1, requests: 1, concurrent: 1 },
    (all) => void all.settle(NOTHING),
    fail,
  );
  bench.pass(0);
  if (quotas.length > 0) bench.answer(quotas.map(({ id }) => grantOf(id, granted[id] ?? 1_000_000_000)));
  let pass: Pass | undefined;
  gate.enter(
    callOf(call),
    (entered) => {
      pass = entered;
    },
    fail,
  );
  if (pass === undefined) throw new Error('it waits');
  const { pass: goOn, ...rest } = bench;
  return { ...rest, goOn, pass, estimator, left: (quota: NodeQuota) => bench.book.view(quota.id)?.available };
}

const fail = (): never => {
  throw new Error('refused');
};

/** Asks for another attempt; the authority says of a quota that is short that there is no more. */
export function again(bench: ReturnType<typeof enter>, next: NextCall, before: readonly AttemptUse[]) {
  const outcome: { coverage?: Coverage; error?: GatewayError } = {};
  bench.pass.again(
    next,
    before,
    (coverage) => Object.assign(outcome, { coverage }),
    (error) => Object.assign(outcome, { error }),
  );
  return outcome;
}

export const use = (coverage: Coverage, input: number, output: number, costNanoUsd = 0): AttemptUse => ({
  coverage,
  metered: { usage: { ...NO_TOKENS, input, output }, costNanoUsd },
});

export const total = (input: number, output: number, costNanoUsd = 0) => ({
  usage: { ...NO_TOKENS, input, output },
  costNanoUsd,
});

export const reserved = Math.ceil(callOf({}).chat.bytes.length / 4) + OUTPUT;
