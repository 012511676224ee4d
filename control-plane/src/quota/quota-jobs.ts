import type { ChargesAnswer, ChargesQuery, QuotaSumsAnswer, QuotaSumsQuery } from '@tollgate/schema';
import { type Kysely, sql } from 'kysely';
import type { Logger } from 'pino';
import type { Tables } from '../database/tables.ts';
import type { Calendar } from './calendar.ts';
import type { FindSpans } from './place-charges.ts';
import { pruneQuotas } from './prune-quotas.ts';
import { readSpans } from './read-quota-states.ts';
import { type Drift, reconcileQuotas } from './reconcile-quotas.ts';
import { createHolderSettler } from './settle-holders.ts';

/** Where the usage records are. */
export type QuotaLedger = {
  charges(query: ChargesQuery): Promise<ChargesAnswer>;
  quotaSums(query: QuotaSumsQuery): Promise<QuotaSumsAnswer>;
};

const SETTLE_EVERY_MS = 1_000;
const ASK_TURN_EVERY_MS = 10_000;
/** One replica does it for all, so often. */
const ROUND_EVERY = '55 seconds';

/** What is done for quotas at even times: dead holders are settled, the authority is compared with the records, what counts no more is removed. */
export function startQuotaJobs(deps: {
  readonly db: Kysely<Tables>;
  readonly calendar: Calendar;
  readonly ledger: QuotaLedger;
  readonly logger: Logger;
  onDrift(drift: Drift): void;
}): { stop(): Promise<void> } {
  const { db, calendar, ledger, logger, onDrift } = deps;
  const spansAt: FindSpans = (quotas, atMs) => readSpans(db, calendar, quotas, atMs);
  const settler = createHolderSettler({
    db,
    spansAt,
    charges: (bootId) => ledger.charges({ bootId }),
    onSettled: (holder) => logger.info({ holder }, 'what an ended run of a node spent is settled by its records'),
    onFailure: (error) => logger.warn({ error }, 'an ended run of a node cannot be settled yet; trying again'),
  });

  async function round(): Promise<void> {
    if (!(await takeTurn(db))) return;
    await pruneQuotas({ db, spansAt });
    onDrift(await reconcileQuotas({ db, spansAt, quotaSums: ledger.quotaSums }));
  }

  const jobs = [
    every(SETTLE_EVERY_MS, settler.run, (error) => logger.debug({ error }, 'ended runs cannot be read; trying again')),
    every(ASK_TURN_EVERY_MS, round, (error) => logger.warn({ error }, 'quotas could not be compared with the records')),
  ];
  return {
    async stop() {
      await Promise.all(jobs.map((end) => end()));
    },
  };
}

/** Whether this replica is to do the next round. A round that fails is done by whoever comes next, after as long. */
async function takeTurn(db: Kysely<Tables>): Promise<boolean> {
  const { rows } = await sql`
    insert into quota_job as job (name, started_at) values ('reconcile', now())
    on conflict (name) do update set started_at = now() where job.started_at < now() - ${ROUND_EVERY}::interval
    returning 1`.execute(db);
  return rows.length > 0;
}

/** @returns what ends it, and waits for what is under way */
function every(periodMs: number, run: () => Promise<void>, onFailure: (error: unknown) => void): () => Promise<void> {
  let running: Promise<void> | undefined;
  const timer = setInterval(() => {
    running ??= run()
      .catch(onFailure)
      .finally(() => {
        running = undefined;
      });
  }, periodMs).unref();
  return async () => {
    clearInterval(timer);
    await running;
  };
}
