import { hashSecret } from '@tollgate/schema';
import type { Kysely } from 'kysely';
import type { Tables } from '../../database/tables.ts';
import type { KnownUser, Users } from '../sign-in/users.ts';
import type { Newcomers } from './newcomers.ts';
import type { OidcIdentity } from './oidc-client.ts';

/** Which declared user an identity of a provider is. */
export type OidcLinks = {
  /** @returns undefined if it is none */
  resolve(identity: OidcIdentity): Promise<KnownUser | undefined>;
};

export type OidcLinksDeps = {
  readonly db: Kysely<Tables>;
  readonly users: Users;
  readonly newcomers: Newcomers;
  now(): Date;
};

/**
 * A user is found by the verified e-mail address that is declared for him. From then on the provider's subject is he too,
 * so that a change of address there does not lock him out; but only as long as his declared address stays the same, for
 * a new one may mean another person.
 */
export function createOidcLinks({ db, users, newcomers, now }: OidcLinksDeps): OidcLinks {
  async function findLinked({ issuer, subject }: OidcIdentity): Promise<KnownUser | undefined> {
    const link = await db
      .selectFrom('oidc_link')
      .selectAll()
      .where('issuer', '=', issuer)
      .where('subject', '=', subject)
      .executeTakeFirst();
    const user = link && (await users.byName(link.user_name));
    return user && link.email_hash === emailHash(user) ? user : undefined;
  }

  async function link({ issuer, subject }: OidcIdentity, user: KnownUser): Promise<void> {
    const row = { user_name: user.name, email_hash: emailHash(user), linked_at: now() };
    await db
      .insertInto('oidc_link')
      .values({ issuer, subject, ...row })
      .onConflict((conflict) => conflict.columns(['issuer', 'subject']).doUpdateSet(row))
      .execute();
  }

  return {
    async resolve(identity) {
      const linked = await findLinked(identity);
      if (linked || identity.email === undefined) return linked;
      const declared = (await users.byEmail(identity.email)) ?? (await newcomers.admit(identity.email));
      if (declared) await link(identity, declared);
      return declared;
    },
  };
}

const emailHash = ({ emailMark }: KnownUser): string => hashSecret(emailMark ?? '');
