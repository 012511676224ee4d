import type { ChargesAnswer } from '@tollgate/schema';
import type { Kysely } from 'kysely';
import type { Tables } from '../database/tables.ts';
import { type EndedHolder, readUnsettled, settleHolder } from './holder-store.ts';
import { type FindSpans, placeCharges } from './place-charges.ts';
import { nowOf } from './postgres-lease-store.ts';

const HOLDERS_AT_ONCE = 20;
const AGAIN_MS_MIN = 1_000;
const AGAIN_MS_MAX = 60_000;

type Deps = {
  readonly db: Kysely<Tables>;
  /** All that a run was charged, as analytics knows it by now. */
  charges(holder: string): Promise<ChargesAnswer>;
  readonly spansAt: FindSpans;
  onSettled(holder: string): void;
  onFailure(error: unknown): void;
};

/**
 * Settles holders that have ended, each once all of its records have arrived: there are as many as the highest of their numbers, and as many as
 * the holder made. Through Kafka that may take a while, so it is asked again, ever more rarely. Any number of replicas may do it: one of them
 * finds the holder not settled yet.
 */
export function createHolderSettler({ db, charges, spansAt, onSettled, onFailure }: Deps) {
  const waits = new Map<string, { untilMs: number; forMs: number }>();

  function wait(holder: string, nowMs: number): void {
    const forMs = Math.min(AGAIN_MS_MAX, 2 * (waits.get(holder)?.forMs ?? AGAIN_MS_MIN / 2));
    waits.set(holder, { untilMs: nowMs + forMs, forMs });
  }

  async function settle({ holder, lastSeq }: EndedHolder, nowMs: number): Promise<boolean> {
    const answer = await charges(holder);
    if (answer.rows !== answer.lastSeq || answer.lastSeq < lastSeq) return false;
    if (await settleHolder(db, holder, await placeCharges(answer.charges, spansAt, nowMs))) onSettled(holder);
    return true;
  }

  return {
    /** Tries each that is due once. */
    async run(): Promise<void> {
      const holders = await readUnsettled(db, HOLDERS_AT_ONCE + waits.size);
      if (holders.length === 0) return waits.clear();
      const nowMs = await nowOf(db);
      for (const one of holders) {
        if (nowMs < (waits.get(one.holder)?.untilMs ?? 0)) continue;
        try {
          if (await settle(one, nowMs)) waits.delete(one.holder);
          else wait(one.holder, nowMs);
        } catch (error) {
          wait(one.holder, nowMs);
          onFailure(error);
        }
      }
    },
  };
}
