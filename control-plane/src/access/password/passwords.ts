import { randomBytes } from 'node:crypto';
import { hashSecret, newSecret } from '@tollgate/schema';
import type { Kysely } from 'kysely';
import type { Tables } from '../../database/tables.ts';
import { createTurnstile } from '../../snapshot/turnstile.ts';
import { hashPassword, isOutdated, isPassword, PASSWORD_COST, SALT_BYTES } from './hash-password.ts';

/** Each hash needs 32 MiB, so that a flood of sign-ins costs at most 128. */
const HASHES_AT_ONCE = 4;
const HASHES_WAITING_MAX = 200;
const SETUP_TOKEN_PREFIX = 'tg-setup-';
const SETUP_LIFETIME_MS = 24 * 60 * 60 * 1_000;
/** Of no password: it is compared with where there is no user, so that this takes as long as where there is one. */
const NOBODYS_HASH = `$scrypt$ln=${PASSWORD_COST.logN},r=${PASSWORD_COST.r},p=${PASSWORD_COST.p}$${'A'.repeat(22)}$${'A'.repeat(43)}`;

export type PasswordSetup = { readonly token: string; readonly expiresAt: Date };

/** `busy`: too many are being checked already. */
export type PasswordCheck = 'right' | 'wrong' | 'busy';

/** The passwords of users, and the one-time tokens with which they set them. Only hashes are stored. */
export type Passwords = {
  /** Undefined stands for an unknown user; then the answer is `wrong` after the same time. */
  check(userName: string | undefined, password: string): Promise<PasswordCheck>;
  set(userName: string, password: string): Promise<'set' | 'busy'>;
  /** A token for the next 24 hours with which its holder sets the user's password once; it replaces the one before. */
  createSetup(userName: string, createdBy: string): Promise<PasswordSetup>;
  /** The user whose password a token sets; undefined if there is none, it was used or is too old. */
  userOfSetup(token: string): Promise<string | undefined>;
  /** Uses a token up. @returns false if someone else was faster */
  takeSetup(token: string): Promise<boolean>;
};

export type PasswordsDeps = { readonly db: Kysely<Tables>; now(): Date };

export function createPasswords({ db, now }: PasswordsDeps): Passwords {
  const turnstile = createTurnstile(HASHES_AT_ONCE, HASHES_WAITING_MAX);

  async function oneOfFew<Result>(work: () => Promise<Result>): Promise<Result | 'busy'> {
    const leave = await turnstile.enter();
    if (!leave) return 'busy';
    return work().finally(leave);
  }

  async function store(userName: string, password: string): Promise<'set'> {
    const hash = await hashPassword(password, randomBytes(SALT_BYTES));
    const row = { hash, changed_at: now() };
    await db
      .insertInto('password')
      .values({ user_name: userName, ...row })
      .onConflict((conflict) => conflict.column('user_name').doUpdateSet(row))
      .execute();
    return 'set';
  }

  /** Only if it is still the one that was checked, for it may have been changed meanwhile. */
  async function upgrade(userName: string, password: string, checked: string): Promise<void> {
    const hash = await hashPassword(password, randomBytes(SALT_BYTES));
    await db
      .updateTable('password')
      .set({ hash })
      .where('user_name', '=', userName)
      .where('hash', '=', checked)
      .execute();
  }

  return {
    async check(userName, password) {
      const found = await db
        .selectFrom('password')
        .select('hash')
        .where('user_name', '=', userName ?? '')
        .executeTakeFirst();
      return oneOfFew(async () => {
        const isRight = await isPassword(password, found?.hash ?? NOBODYS_HASH);
        if (!isRight || !found || userName === undefined) return 'wrong';
        if (isOutdated(found.hash)) await upgrade(userName, password, found.hash);
        return 'right';
      });
    },
    set: (userName, password) => oneOfFew(() => store(userName, password)),
    async createSetup(userName, createdBy) {
      const token = newSecret(SETUP_TOKEN_PREFIX);
      const createdAt = now();
      const expiresAt = new Date(createdAt.getTime() + SETUP_LIFETIME_MS);
      const row = {
        token_hash: hashSecret(token),
        created_by: createdBy,
        created_at: createdAt,
        expires_at: expiresAt,
      };
      await db
        .insertInto('password_setup')
        .values({ user_name: userName, ...row })
        .onConflict((conflict) => conflict.column('user_name').doUpdateSet(row))
        .execute();
      return { token, expiresAt };
    },
    async userOfSetup(token) {
      const row = await db
        .selectFrom('password_setup')
        .select('user_name')
        .where('token_hash', '=', hashSecret(token))
        .where('expires_at', '>', now())
        .executeTakeFirst();
      return row?.user_name;
    },
    async takeSetup(token) {
      const { numDeletedRows } = await db
        .deleteFrom('password_setup')
        .where('token_hash', '=', hashSecret(token))
        .where('expires_at', '>', now())
        .executeTakeFirst();
      return numDeletedRows === 1n;
    },
  };
}
