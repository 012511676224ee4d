import { hashSecret, newSecret } from '@tollgate/schema';
import { type ExpressionBuilder, type Kysely, type Selectable, sql } from 'kysely';
import type { SessionTable, Tables } from '../../database/tables.ts';

/** Not used for so long, a session ends; used or not, it ends after the longer time. */
export const SESSION_IDLE_MS = 2 * 60 * 60 * 1_000;
export const SESSION_LIFETIME_MS = 24 * 60 * 60 * 1_000;
/** Noting each use would make every read a write. */
const SEEN_EVERY_MS = 60_000;
/** Beyond it, the ones unused for longest end. */
const SESSIONS_OF_USER_MAX = 50;
const USER_AGENT_CHARACTERS_MAX = 200;
const SESSION_TOKEN_PREFIX = 'tg-session-';

export type SignInMethod = 'password' | 'oidc';

export type Session = {
  readonly id: string;
  readonly userName: string;
  readonly method: SignInMethod;
  readonly address: string;
  readonly userAgent: string;
  readonly createdAt: Date;
  readonly lastSeenAt: Date;
  /** When it ends at the latest. */
  readonly expiresAt: Date;
};

export type NewSession = Pick<Session, 'userName' | 'method' | 'address' | 'userAgent'>;

/** Sessions of users who signed in; the table has only hashes of their tokens. */
export type Sessions = {
  open(session: NewSession): Promise<{ readonly token: string; readonly expiresAt: Date }>;
  /** The session of a token, which counts as used now; undefined if it has ended. */
  find(token: string): Promise<Session | undefined>;
  /** The newest first. */
  list(userName: string): Promise<readonly Session[]>;
  /** @returns whether there was one of this user */
  close(userName: string, id: string): Promise<boolean>;
  /** @returns how many were ended */
  closeAll(userName: string, except?: string): Promise<number>;
};

export type SessionsDeps = { readonly db: Kysely<Tables>; now(): Date; newId(): string };

export function createSessions({ db, now, newId }: SessionsDeps): Sessions {
  const isLive = ({ eb, and }: ExpressionBuilder<Tables, 'session'>) =>
    and([eb('expires_at', '>', now()), eb('last_seen_at', '>', new Date(now().getTime() - SESSION_IDLE_MS))]);

  return {
    async open({ userName, method, address, userAgent }) {
      const token = newSecret(SESSION_TOKEN_PREFIX);
      const createdAt = now();
      const expiresAt = new Date(createdAt.getTime() + SESSION_LIFETIME_MS);
      await db
        .deleteFrom('session')
        .where((where) => where.not(isLive(where)))
        .execute();
      await db
        .insertInto('session')
        .values({
          id: newId(),
          token_hash: hashSecret(token),
          user_name: userName,
          method,
          address,
          user_agent: userAgent.slice(0, USER_AGENT_CHARACTERS_MAX),
          created_at: createdAt,
          last_seen_at: createdAt,
          expires_at: expiresAt,
        })
        .execute();
      await endBeyondMax(db, userName);
      return { token, expiresAt };
    },
    async find(token) {
      const tokenHash = hashSecret(token);
      const row = await db
        .selectFrom('session')
        .selectAll()
        .where('token_hash', '=', tokenHash)
        .where(isLive)
        .executeTakeFirst();
      if (row && now().getTime() - row.last_seen_at.getTime() >= SEEN_EVERY_MS) {
        await db.updateTable('session').set({ last_seen_at: now() }).where('id', '=', row.id).execute();
      }
      return row && toSession(row);
    },
    async list(userName) {
      const rows = await db
        .selectFrom('session')
        .selectAll()
        .where('user_name', '=', userName)
        .where(isLive)
        .orderBy('created_at', 'desc')
        .execute();
      return rows.map(toSession);
    },
    async close(userName, id) {
      const { numDeletedRows } = await db
        .deleteFrom('session')
        .where('user_name', '=', userName)
        .where('id', '=', id)
        .executeTakeFirst();
      return numDeletedRows === 1n;
    },
    async closeAll(userName, except) {
      const { numDeletedRows } = await db
        .deleteFrom('session')
        .where('user_name', '=', userName)
        .where('id', '!=', except ?? '')
        .executeTakeFirst();
      return Number(numDeletedRows);
    },
  };
}

async function endBeyondMax(db: Kysely<Tables>, userName: string): Promise<void> {
  await sql`
    delete from session where id in (
      select id from session where user_name = ${userName} order by last_seen_at desc offset ${SESSIONS_OF_USER_MAX}
    )`.execute(db);
}

const toSession = (row: Selectable<SessionTable>): Session => ({
  id: row.id,
  userName: row.user_name,
  method: row.method,
  address: row.address,
  userAgent: row.user_agent,
  createdAt: row.created_at,
  lastSeenAt: row.last_seen_at,
  expiresAt: row.expires_at,
});
