import { hashSecret, newSecret } from '@tollgate/schema';
import type { Kysely, Selectable } from 'kysely';
import type { ServiceTokenTable, Tables } from '../../database/tables.ts';
import type { TokenScope } from '../scopes.ts';

const SERVICE_TOKEN_PREFIX = 'tg-service-';
/** Noting each use would make every read a write. */
const USED_EVERY_MS = 60_000;
const TOKENS_OF_ACCOUNT_MAX = 100;

export type ServiceToken = {
  readonly id: string;
  readonly serviceAccount: string;
  readonly scopes: readonly TokenScope[];
  readonly description: string;
  readonly createdBy: string;
  readonly createdAt: Date;
  /** Null for one that holds until it is revoked. */
  readonly expiresAt: Date | null;
  /** To the minute; null if it was never used. */
  readonly lastUsedAt: Date | null;
};

export type NewServiceToken = Pick<
  ServiceToken,
  'serviceAccount' | 'scopes' | 'description' | 'createdBy' | 'expiresAt'
>;

/** The bearer tokens of service accounts; the table has only their hashes. */
export type ServiceTokens = {
  /** The token is shown this once. @returns undefined if the account has 100 already */
  issue(token: NewServiceToken): Promise<{ readonly id: string; readonly token: string } | undefined>;
  /** The account and scopes of a token, which counts as used now; undefined if there is none or it has expired. */
  find(token: string): Promise<ServiceToken | undefined>;
  findById(id: string): Promise<ServiceToken | undefined>;
  /** The newest first, with those that have expired. */
  list(serviceAccount: string): Promise<readonly ServiceToken[]>;
  /** @returns whether there was one */
  revoke(id: string): Promise<boolean>;
};

export type ServiceTokensDeps = { readonly db: Kysely<Tables>; now(): Date; newId(): string };

export function createServiceTokens({ db, now, newId }: ServiceTokensDeps): ServiceTokens {
  return {
    async issue({ serviceAccount, scopes, description, createdBy, expiresAt }) {
      const { count } = await db
        .selectFrom('service_token')
        .select(({ fn }) => fn.countAll<number>().as('count'))
        .where('service_account', '=', serviceAccount)
        .executeTakeFirstOrThrow();
      if (count >= TOKENS_OF_ACCOUNT_MAX) return undefined;
      const [id, token] = [newId(), newSecret(SERVICE_TOKEN_PREFIX)];
      await db
        .insertInto('service_token')
        .values({
          id,
          token_hash: hashSecret(token),
          service_account: serviceAccount,
          scopes: [...scopes],
          description,
          created_by: createdBy,
          created_at: now(),
          expires_at: expiresAt,
          last_used_at: null,
        })
        .execute();
      return { id, token };
    },
    async find(token) {
      const row = await db
        .selectFrom('service_token')
        .selectAll()
        .where('token_hash', '=', hashSecret(token))
        .executeTakeFirst();
      if (!row || (row.expires_at !== null && row.expires_at <= now())) return undefined;
      if (now().getTime() - (row.last_used_at?.getTime() ?? 0) >= USED_EVERY_MS) {
        await db.updateTable('service_token').set({ last_used_at: now() }).where('id', '=', row.id).execute();
      }
      return toServiceToken(row);
    },
    async findById(id) {
      const row = await db.selectFrom('service_token').selectAll().where('id', '=', id).executeTakeFirst();
      return row && toServiceToken(row);
    },
    async list(serviceAccount) {
      const rows = await db
        .selectFrom('service_token')
        .selectAll()
        .where('service_account', '=', serviceAccount)
        .orderBy('created_at', 'desc')
        .execute();
      return rows.map(toServiceToken);
    },
    async revoke(id) {
      const { numDeletedRows } = await db.deleteFrom('service_token').where('id', '=', id).executeTakeFirst();
      return numDeletedRows === 1n;
    },
  };
}

const toServiceToken = (row: Selectable<ServiceTokenTable>): ServiceToken => ({
  id: row.id,
  serviceAccount: row.service_account,
  scopes: row.scopes,
  description: row.description,
  createdBy: row.created_by,
  createdAt: row.created_at,
  expiresAt: row.expires_at,
  lastUsedAt: row.last_used_at,
});
