import type { EntityKind, Specs } from '@tollgate/schema';
import type { Transaction } from 'kysely';
import { bindingOf } from '../../access/binding-of.ts';
import { readGivers } from '../../access/change-guard/surroundings.ts';
import { type Declared, idOf, linksOf, toDeclared } from '../../access/declared.ts';
import { type Entity, type EntityId, parseEntityId } from '../../aggregate/entity.ts';
import type { Tables } from '../../database/tables.ts';
import { readReachable } from '../../projection/read-reachable.ts';
import { readUsingEntities } from '../../projection/read-users.ts';
import { isMoved } from './tenants.ts';

/** Over these one comes from a key, a role or an account to its organization. */
const WAY: readonly EntityKind[] = ['team', 'project', 'customer', 'service-account'];
/** What a move brings into another organization, and what is tied to it. */
const CARRIED: readonly EntityKind[] = ['project', 'service-account', 'virtual-key', 'role-binding'];

/** An entity that a change set declares: as it is, and as it would be. */
export type Redeclared = { readonly before: Declared | undefined; readonly after: Declared };

/**
 * Reads what the rules about tenants look at: what a move carries along, the roles of those who are concerned, and all that
 * these belong to. A bounded number of queries; none if nothing is declared that the rules are about.
 */
export async function readTenancy(
  trx: Transaction<Tables>,
  redeclared: readonly Redeclared[],
): Promise<readonly Entity[]> {
  const moved = redeclared.filter(({ before, after }) => isMoved(before, after)).map(({ after }) => idOf(after));
  const carried = await readCarried(trx, moved);
  const concerned = [...redeclared.map(({ after }) => after), ...carried.map(toDeclared)].filter(isTied);
  const givers = await readGivers(trx, [...new Set(concerned.flatMap(subjectsOf))]);
  const tied = [...concerned, ...givers.map(toDeclared)].flatMap((declared) => linksOf(declared).refs);
  return [...carried, ...givers, ...(await readReachable(trx, [...new Set(tied)], WAY))];
}

/** What belongs to or is tied to what is moved; and again, of the projects and service accounts that belong to a team. */
async function readCarried(trx: Transaction<Tables>, moved: readonly EntityId[]): Promise<readonly Entity[]> {
  const direct = await readUsingEntities(trx, moved, CARRIED);
  const between = direct.map(toDeclared).filter(({ kind }) => kind === 'project' || kind === 'service-account');
  const indirect = await readUsingEntities(trx, between.map(idOf), CARRIED);
  const accounts = indirect.map(toDeclared).filter(({ kind }) => kind === 'service-account');
  return [...direct, ...indirect, ...(await readUsingEntities(trx, accounts.map(idOf), ['role-binding']))];
}

/** Whether it ties something to somebody; most keys do not. */
function isTied({ kind, spec }: Declared): boolean {
  if (kind !== 'virtual-key') return kind === 'member' || kind === 'role-binding' || kind === 'service-account';
  const { user, customer } = spec as Specs['virtual-key'];
  return user !== undefined || customer !== undefined;
}

/** Those whose roles have to be known. */
function subjectsOf(declared: Declared): readonly EntityId[] {
  const role = bindingOf(declared);
  if (role) return [role.subject];
  return linksOf(declared).refs.filter((id) => parseEntityId(id).kind === 'user');
}
