import type { Transaction } from 'kysely';
import type { Tables } from '../database/tables.ts';

/** What became of a request, for whoever sends it again. */
export type KnownAnswer = {
  readonly fingerprint: string;
  readonly changeSetId: string | null;
  readonly revision: number;
};

/** A request that is to be carried out once. Keys of different actors have nothing to do with each other. */
export type IdempotentRequest = { readonly actor: string; readonly key: string };

const KEPT_MS = 24 * 60 * 60 * 1_000;
/** The oldest answers go first when there are more, whatever their age. */
const KEPT_MAX = 100_000;

export async function readAnswer(
  trx: Transaction<Tables>,
  { actor, key }: IdempotentRequest,
  now: Date,
): Promise<KnownAnswer | undefined> {
  const row = await trx
    .selectFrom('idempotent_answer')
    .select(['fingerprint', 'change_set_id', 'revision'])
    .where('actor', '=', actor)
    .where('key', '=', key)
    .where('answered_at', '>', oldestKept(now))
    .executeTakeFirst();
  return row && { fingerprint: row.fingerprint, changeSetId: row.change_set_id, revision: row.revision };
}

/** Keeps an answer for a day, and drops those that are older or too many. */
export async function keepAnswer(
  trx: Transaction<Tables>,
  { actor, key }: IdempotentRequest,
  { fingerprint, changeSetId, revision }: KnownAnswer,
  now: Date,
): Promise<void> {
  await trx
    .deleteFrom('idempotent_answer')
    .where(({ eb, or, and }) =>
      or([eb('answered_at', '<=', oldestKept(now)), and([eb('actor', '=', actor), eb('key', '=', key)])]),
    )
    .execute();
  const { place } = await trx
    .insertInto('idempotent_answer')
    .values({ actor, key, fingerprint, change_set_id: changeSetId, revision, answered_at: now })
    .returning('place')
    .executeTakeFirstOrThrow();
  await trx
    .deleteFrom('idempotent_answer')
    .where('place', '<=', place - KEPT_MAX)
    .execute();
}

const oldestKept = (now: Date): Date => new Date(now.getTime() - KEPT_MS);
