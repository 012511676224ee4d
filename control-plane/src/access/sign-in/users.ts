import { hashSecret } from '@tollgate/schema';
import type { Kysely } from 'kysely';
import type { Entity } from '../../aggregate/entity.ts';
import type { Tables } from '../../database/tables.ts';
import { readEntity } from '../../projection/read-entities.ts';

/** A declared user, as far as signing in needs to know him. */
export type KnownUser = {
  readonly name: string;
  readonly isBlocked: boolean;
  /** Differs if another e-mail address is declared for him; undefined if none is. */
  readonly emailMark: string | undefined;
};

/** The declared users. */
export type Users = {
  byName(name: string): Promise<KnownUser | undefined>;
  /** The only user with this address, compared without regard to case; undefined if there is none, or more than one. */
  byEmail(email: string): Promise<KnownUser | undefined>;
  /** By name, or by address if it holds an `@`. */
  find(login: string): Promise<KnownUser | undefined>;
};

export type UsersDeps = {
  readonly db: Kysely<Tables>;
  /** Names of users who may have an address; at least all who have it. */
  findByEmail(email: string): Promise<readonly string[]>;
};

export function createUsers({ db, findByEmail }: UsersDeps): Users {
  async function byName(name: string): Promise<KnownUser | undefined> {
    if (name.includes('\0')) return undefined;
    const user = await readEntity(db, 'user', name);
    return user && toKnownUser(user);
  }

  async function byEmail(email: string): Promise<KnownUser | undefined> {
    const [name, ...others] = await findByEmail(email);
    return name === undefined || others.length > 0 ? undefined : byName(name);
  }

  return { byName, byEmail, find: (login) => (login.includes('@') ? byEmail(login) : byName(login)) };
}

/** A sealed address changes if and only if the address does. */
function toKnownUser({ name, state }: Entity<'user'>): KnownUser {
  const { email } = state.spec;
  return { name, isBlocked: state.blocked ?? false, emailMark: email && hashSecret(email.sealed) };
}
