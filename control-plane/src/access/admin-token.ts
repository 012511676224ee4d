import { hashSecret, newSecret } from '@tollgate/schema';
import type { Kysely } from 'kysely';
import type { Tables } from '../database/tables.ts';

const ADMIN_TOKEN_PREFIX = 'tg-admin-';

export type AdminAccess = {
  readonly tokenHash: string;
  /** The token itself, only if it was made just now: to be printed once. */
  readonly issued?: string;
};

/**
 * Which admin token holds: the one given, else the one made at the first start. Only its SHA-256 is stored; of several
 * replicas that start for the first time at once, one makes it and the others take it over.
 */
export async function establishAdminToken(
  db: Kysely<Tables>,
  given: string | undefined,
  now: Date,
): Promise<AdminAccess> {
  if (given !== undefined) return { tokenHash: hashSecret(given) };
  const token = newSecret(ADMIN_TOKEN_PREFIX);
  const tokenHash = hashSecret(token);
  const inserted = await db
    .insertInto('admin_token')
    .values({ hash: tokenHash, created_at: now })
    .onConflict((conflict) => conflict.doNothing())
    .returning('hash')
    .executeTakeFirst();
  if (inserted) return { tokenHash, issued: token };
  const { hash } = await db.selectFrom('admin_token').select('hash').executeTakeFirstOrThrow();
  return { tokenHash: hash };
}
