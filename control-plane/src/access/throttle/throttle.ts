import { hashSecret } from '@tollgate/schema';
import { type Kysely, sql } from 'kysely';
import type { Tables } from '../../database/tables.ts';

/** A bucket of attempts: `burst` at once, and one more each `refillMs`. */
export type ThrottleLimit = { readonly burst: number; readonly refillMs: number };

export type Attempt = { readonly kind: 'taken' } | { readonly kind: 'throttled'; readonly retryAfterMs: number };

/** Counts attempts in Postgres, so that all replicas share one count and a restart forgives nothing. */
export type Throttle = {
  /** Takes one attempt; takes none if there is none left. */
  take(subject: string): Promise<Attempt>;
  /** Gives all attempts back. */
  forgive(subject: string): Promise<void>;
};

export type ThrottleDeps = {
  readonly db: Kysely<Tables>;
  /** Tells apart throttles that share the table. */
  readonly name: string;
  readonly limit: ThrottleLimit;
  now(): Date;
};

/**
 * The generic cell rate algorithm: a row holds the instant at which its bucket is full again, and one statement checks and
 * moves it, so attempts at the same time cannot both take the last one. Subjects are stored as hashes, because people type
 * passwords where a name belongs. Rows that say nothing any more are removed with each attempt.
 */
export function createThrottle({ db, name, limit, now }: ThrottleDeps): Throttle {
  const { burst, refillMs } = limit;
  const keyOf = (subject: string) => hashSecret(`${name}:${subject}`);

  async function retryAfter(key: string, at: Date): Promise<number> {
    const row = await db
      .selectFrom('sign_in_throttle')
      .select('spent_until')
      .where('subject', '=', key)
      .executeTakeFirst();
    const spentMs = (row?.spent_until ?? at).getTime() - at.getTime();
    return Math.max(1, spentMs - (burst - 1) * refillMs);
  }

  return {
    async take(subject) {
      const [key, at] = [keyOf(subject), now()];
      await db.deleteFrom('sign_in_throttle').where('spent_until', '<=', at).execute();
      const fullAgain = new Date(at.getTime() + refillMs);
      const latest = new Date(at.getTime() + (burst - 1) * refillMs);
      const taken = await sql`
        insert into sign_in_throttle as bucket (subject, spent_until) values (${key}, ${fullAgain})
        on conflict (subject) do update
        set spent_until = greatest(bucket.spent_until, ${at}) + ${refillMs} * interval '1 millisecond'
        where bucket.spent_until <= ${latest}
        returning subject`.execute(db);
      if (taken.rows.length > 0) return { kind: 'taken' };
      return { kind: 'throttled', retryAfterMs: await retryAfter(key, at) };
    },
    async forgive(subject) {
      await db.deleteFrom('sign_in_throttle').where('subject', '=', keyOf(subject)).execute();
    },
  };
}
