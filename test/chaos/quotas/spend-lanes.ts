import { putKey, putModel, putProvider, uniqueName } from '../../support/tenant.ts';
import { waitFor } from '../../support/wait-for.ts';
import { chatRequestBytes } from '../load/chat-request.ts';
import { openConnection } from '../load/connection.ts';
import { type Outcome, toOutcome } from '../load/exchange.ts';
import type { ChaosSystem } from '../system/start-system.ts';

const TOKENS = 10;
/** The client's own bound is what the mock answers, so that what is reserved of its output is what it takes. */
const MORE = { max_tokens: TOKENS };
const NANO_PER_USD = 1e9;
/** A connection may come to any process of a node. */
const TRIES_AT_ONCE = 4;

/** A model whose requests all cost the same, and a key for it. */
export type SpendLane = {
  readonly keyName: string;
  readonly secret: string;
  readonly model: string;
  readonly stream: boolean;
  readonly more: object;
  readonly costNanoUsd: number;
};

export type LedgerSum = { readonly rows: number; readonly nanoUsd: bigint };

/** What quotas are spent with on the nodes of a system, each of which serves with so many processes. */
export function createSpendLanes(system: ChaosSystem, processesPerNode = 1) {
  const { stack, nodes } = system;
  const urls = nodes.map(({ url }) => url);

  /** Commits changes, and waits until all nodes enforce them. */
  async function commit(changes: Parameters<typeof stack.commit>[0]) {
    const committed = await stack.commit(changes);
    await waitFor('all nodes to follow', async () => {
      const known = await stack.nodes();
      return (
        known.filter(({ connected, revision }) => connected && revision >= committed.revision).length === nodes.length
      );
    });
    return committed;
  }

  /** One request over a connection of its own. */
  async function ask(url: string, request: Buffer): Promise<Outcome> {
    const connection = await openConnection(url);
    if (connection === undefined) throw new Error(`no connection to ${url}`);
    const outcome = toOutcome(await connection.exchange(request));
    connection.close();
    return outcome;
  }

  /** Opens a lane of which each process of each node has seen a request, and so knows what one takes. */
  async function open(stream: boolean): Promise<SpendLane> {
    const name = uniqueName('spend');
    const mock = { tokens: TOKENS, latencyMs: 5 };
    const teacher = `${name}-first`;
    const { issuedSecrets } = await commit([
      putProvider(name, { type: 'mock' }),
      putModel(name, { deployments: [{ provider: name, model: 'mock', mock }] }),
      putKey(teacher, { rateLimits: [{ limit: '1000000 requests', window: 'lifetime' }] }),
      putKey(name, {}),
    ]);
    const secretOf = (key: string) => issuedSecrets.find((issued) => issued.name === key)?.secret ?? '';
    const request = chatRequestBytes(secretOf(teacher), name, stream, MORE);
    const [row] = await waitFor(
      'all processes to have seen a request',
      async () => {
        const tries = urls.flatMap((url) => Array<string>(TRIES_AT_ONCE).fill(url));
        await Promise.all(tries.map((url) => ask(url, request)));
        const rows = await stack.usageRequests({ keys: [teacher] });
        return new Set(rows.map(({ bootId }) => bootId)).size === nodes.length * processesPerNode ? rows : undefined;
      },
      30_000,
    );
    const costNanoUsd = Number(row?.costNanoUsd);
    return { keyName: name, secret: secretOf(name), model: name, stream, more: MORE, costNanoUsd };
  }

  return {
    urls,
    ask,
    /** The links of a killed process count as such until it has not been heard of for a while: only these new ones are waited for. */
    async linkedSince(atMs: number, count: number): Promise<void> {
      await waitFor(
        'nodes to be linked again',
        async () =>
          (await stack.nodes()).filter(({ connected, connectedAt }) => connected && Date.parse(connectedAt) >= atMs)
            .length === count,
        30_000,
      );
    },
    commit,
    open,
    /** Gives the lane's key a budget for exactly so many requests. @returns it in nano-USD */
    async putBudget({ keyName, costNanoUsd }: SpendLane, requests: number): Promise<bigint> {
      const budget = costNanoUsd * requests;
      const limit = `${(budget / NANO_PER_USD).toFixed(9)} USD`;
      await commit([putKey(keyName, { budgets: [{ limit, window: 'lifetime' }] })]);
      return BigInt(budget);
    },
    /** What the ledger has of a key, once all of it has arrived. */
    async ledgerOf(keyName: string, requests: number): Promise<LedgerSum> {
      const rows = await waitFor(
        `${requests} rows of ${keyName}`,
        async () => {
          const found = await stack.usageRequests({ keys: [keyName] });
          return found.length >= requests ? found : undefined;
        },
        30_000,
      );
      return { rows: rows.length, nanoUsd: rows.reduce((sum, row) => sum + BigInt(row.costNanoUsd ?? 0), 0n) };
    },
  };
}

export const countOutcomes = (outcomes: readonly Outcome[], type: Outcome['type'], status?: number): number =>
  outcomes.filter(
    (outcome) => outcome.type === type && (status === undefined || ('status' in outcome && outcome.status === status)),
  ).length;
