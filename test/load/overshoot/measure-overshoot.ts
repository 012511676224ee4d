import { costNanoUsd, NO_TOKENS, type UsageRecord } from '@tollgate/schema';
import { chatRequestBytes } from '../../chaos/load/chat-request.ts';
import { createSeededRandom } from '../../chaos/seeded-random.ts';
import { quotaStateOf } from '../../support/quota-state.ts';
import { waitFor } from '../../support/wait-for.ts';
import type { Nodes } from '../gateways/nodes.ts';
import { drawLengths } from './answer-lengths.ts';
import { beyondReserved } from './beyond-reserved.ts';
import type { Kind } from './kinds.ts';
import { MOCK_RATES } from './mock-rates.ts';
import { type Spent, spendAll } from './spend-all.ts';

/** Money in nano-USD. */
export type Overshoot = Spent & {
  readonly kind: string;
  readonly clients: number;
  readonly budget: number;
  /** As the authority has it settled. */
  readonly charged: number;
  /** As the usage records have it. */
  readonly recorded: number;
  readonly dearest: number;
  /** See `beyondReserved`. */
  readonly bound: number;
  /** Streams that the budget ended. */
  readonly stopped: number;
};

export type Case = { readonly kind: Kind; readonly clients: number; readonly seed: number };

/** Models that differ only in the length of their answers. */
const LENGTHS = 128;
/** Of mean length, that the budget is enough for: for each client, and at least in all. */
const ANSWERS = { each: 8, min: 64 };
/** A node forwards at most so many pieces a millisecond, so that it is not the machine that is measured. */
const PIECES_PER_MS_MAX = 32;
const NANO_PER_USD = 1e9;
const TOLD_PATIENCE_MS = 30_000;

/** Lets clients spend a budget of their own to its end, and compares. @param records all usage records, as they are shipped */
export async function measureOvershoot(
  nodes: Nodes,
  records: readonly UsageRecord[],
  measured: Case,
): Promise<Overshoot> {
  const { kind, clients, seed } = measured;
  const random = createSeededRandom(seed);
  const lengths = drawLengths(random, LENGTHS);
  const key = `spender-${crypto.randomUUID()}`;
  const apiKey = `sk-load-${key}`;
  const budget = budgetFor(lengths, measured);
  await nodes.commit([
    ...lengths.map((tokens, index) => ({ putModel: toModel(modelName(key, index), key, tokens, measured) })),
    {
      putVirtualKey: {
        name: key,
        spec: {
          secret: { value: apiKey },
          budgets: [
            {
              limit: `${(budget / NANO_PER_USD).toFixed(9)} USD`,
              window: 'lifetime',
              ...(kind.hardStop && { hardStop: true }),
            },
          ],
        },
      },
    },
  ]);
  const more = kind.maxTokens === undefined ? {} : { max_tokens: kind.maxTokens };
  const requests = lengths.map((_, index) => chatRequestBytes(apiKey, modelName(key, index), kind.stream, more));
  const first = requests[0] ?? Buffer.alloc(0);
  const spent = await spendAll(
    nodes.all.map(({ url }) => url),
    clients,
    () => requests[random.between(0, LENGTHS - 1)] ?? first,
  );
  const own = await waitFor(
    'a record of each answer',
    () => {
      const found = records.filter(({ keyName }) => keyName === key);
      return found.length >= spent.answers ? found : undefined;
    },
    TOLD_PATIENCE_MS,
  );
  const recorded = own.reduce((sum, { costNanoUsd }) => sum + (costNanoUsd ?? 0), 0);
  return {
    ...spent,
    kind: kind.name,
    clients,
    budget,
    charged: await settledOf(nodes, key, recorded),
    recorded,
    dearest: Math.max(...own.map(({ costNanoUsd }) => costNanoUsd ?? 0)),
    bound: beyondReserved(own, first.subarray(first.indexOf('\r\n\r\n') + 4), MOCK_RATES),
    stopped: own.filter(({ cause }) => cause === 'quota_exhausted').length,
  };
}

function budgetFor(
  lengths: readonly number[],
  { kind: { maxTokens = Number.POSITIVE_INFINITY }, clients }: Case,
): number {
  const mean = lengths.reduce((sum, tokens) => sum + Math.min(tokens, maxTokens), 0) / lengths.length;
  const answers = Math.max(ANSWERS.min, ANSWERS.each * clients);
  return costNanoUsd({ ...NO_TOKENS, output: Math.round(answers * mean) }, MOCK_RATES);
}

/** All have names of the same length, so that all requests have. */
const modelName = (key: string, index: number): string => `${key}-${String(index).padStart(3, '0')}`;

/**
 * To its provider all are one model: what a node learns of the length of its answers is learned of all. A whole answer takes as long as the same
 * as a stream.
 */
function toModel(name: string, upstreamModel: string, tokens: number, { kind, clients }: Case) {
  const chunkIntervalMs = Math.max(1, Math.ceil(clients / PIECES_PER_MS_MAX));
  const said = Math.min(tokens, kind.maxTokens ?? tokens);
  const mock = { tokens, chunkIntervalMs, latencyMs: chunkIntervalMs * (kind.stream ? 1 : said) };
  return { name, spec: { deployments: [{ provider: 'mock', model: upstreamModel, mock }] } };
}

/** What was spent is told each second; in the end it is what the records say, unless something is wrong. */
async function settledOf({ bed }: Nodes, key: string, recorded: number): Promise<number> {
  let settled = Number.NaN;
  await waitFor(
    'the authority to be told',
    async () => {
      settled = Number((await quotaStateOf(bed, key))?.settled);
      return settled === recorded;
    },
    TOLD_PATIENCE_MS,
  ).catch(() => {});
  return settled;
}
