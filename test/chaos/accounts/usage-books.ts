import { createClient } from '@clickhouse/client';
import type { GapsAnswer } from '@tollgate/analytics';
import { filesBelow } from '../../support/files-below.ts';
import { waitFor } from '../../support/wait-for.ts';
import type { Exchange } from '../load/exchange.ts';
import { type Balance, balance, type UsageRow } from './balance.ts';

export type UsageBooksOptions = {
  readonly clickHouseUrl: string;
  readonly analyticsUrl: string;
  readonly internalToken: string;
  readonly spoolFolder: string;
  /** How many messages of the bus are not ingested yet; 0 where there is no bus. */
  readonly busLag: () => Promise<number>;
};

/** What is stored of the usage of one key, read from ClickHouse itself. */
export type UsageBooks = {
  /** Waits until nothing is on its way any more, then compares: what is missing or doubled now stays so. */
  settle(keyName: string, exchanges: readonly Exchange[]): Promise<Balance>;
  rows(keyName: string): Promise<readonly UsageRow[]>;
  /** Runs of the node with a missing or a doubled number. */
  gaps(): Promise<GapsAnswer>;
  close(): Promise<void>;
};

const SETTLE_TIMEOUT_MS = 60_000;

const ROWS = `
SELECT id, model, toUnixTimestamp64Milli(started_at) AS startedAtMs, status, cause
FROM usage WHERE key_name = {keyName:String} ORDER BY started_at`;

export function openUsageBooks(options: UsageBooksOptions): UsageBooks {
  const { clickHouseUrl, analyticsUrl, internalToken, spoolFolder, busLag } = options;
  const client = createClient({ url: clickHouseUrl, database: 'tollgate' });

  async function rows(keyName: string): Promise<readonly UsageRow[]> {
    const answer = await client.query({ query: ROWS, query_params: { keyName }, format: 'JSONEachRow' });
    const found = await answer.json<Omit<UsageRow, 'startedAtMs'> & { startedAtMs: string | number }>();
    return found.map((row) => ({ ...row, startedAtMs: Number(row.startedAtMs) }));
  }

  return {
    rows,
    async settle(keyName, exchanges) {
      const isSpoolEmpty = async () => (await filesBelow(spoolFolder)).length === 0;
      await waitFor('the spool to be shipped', isSpoolEmpty, SETTLE_TIMEOUT_MS);
      await waitFor('the bus to be ingested', async () => (await busLag()) === 0, SETTLE_TIMEOUT_MS);
      return balance(exchanges, await rows(keyName));
    },
    async gaps() {
      const response = await fetch(`${analyticsUrl}/queries/gaps`, {
        method: 'POST',
        headers: { authorization: `Bearer ${internalToken}`, 'content-type': 'application/json' },
        body: JSON.stringify({ from: '2000-01-01T00:00:00Z', to: '2100-01-01T00:00:00Z' }),
      });
      if (!response.ok) throw new Error(`the gap detector answered ${response.status}: ${await response.text()}`);
      return (await response.json()) as GapsAnswer;
    },
    close: () => client.close(),
  };
}
