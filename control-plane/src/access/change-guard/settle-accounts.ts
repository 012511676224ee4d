import type { EntityKind } from '@tollgate/schema';
import { type RawBuilder, sql, type Transaction } from 'kysely';
import type { Touch } from '../../change-set/entity-effect.ts';
import type { Tables } from '../../database/tables.ts';

type Settled = Pick<Touch, 'kind' | 'name' | 'op' | 'after'>;

/**
 * Ends what a change set takes away, in its own transaction: the sessions of users who are blocked, and all that deleted
 * users and service accounts could sign in with, so that nobody gets it with a name that is used again. Of a user who is
 * erased goes the same, for it tells where he was and whom an identity provider takes him for.
 */
export async function settleAccounts(trx: Transaction<Tables>, effects: readonly Settled[]): Promise<void> {
  const namesOf = (kind: EntityKind, isMeant: (effect: Settled) => boolean) =>
    effects.filter((effect) => effect.kind === kind && isMeant(effect)).map(({ name }) => name);
  const isDeleted = ({ op, after }: Settled) => after === undefined || op === 'erase';
  const deleted = namesOf('user', isDeleted);
  const shutOut = [...deleted, ...namesOf('user', ({ after }) => after?.blocked === true)];
  const accounts = namesOf('service-account', isDeleted);

  if (shutOut.length > 0) {
    await trx.deleteFrom('session').where('user_name', '=', anyOf(shutOut)).execute();
    await trx.deleteFrom('password_setup').where('user_name', '=', anyOf(shutOut)).execute();
  }
  if (deleted.length > 0) {
    await trx.deleteFrom('password').where('user_name', '=', anyOf(deleted)).execute();
    await trx.deleteFrom('oidc_link').where('user_name', '=', anyOf(deleted)).execute();
  }
  if (accounts.length > 0) {
    await trx.deleteFrom('service_token').where('service_account', '=', anyOf(accounts)).execute();
  }
}

const anyOf = (names: readonly string[]): RawBuilder<string> => sql<string>`any(${names}::text[])`;
