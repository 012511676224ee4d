import type { Transaction } from 'kysely';
import type { EntityId } from '../../aggregate/entity.ts';
import type { Problems } from '../../change-set/change-request.ts';
import type { Touch } from '../../change-set/entity-effect.ts';
import type { Tables } from '../../database/tables.ts';
import { type Declared, linksOf, toDeclared } from '../declared.ts';
import { mayEverything, type Principal } from '../principal.ts';
import { authorizeChanges } from './authorize-changes.ts';
import { readKnown, toSurroundings } from './surroundings.ts';

/** What of a change set `principal` may not do; read and decided within the transaction that would commit it. */
export async function authorize(
  principal: Principal,
  touches: readonly Touch[],
  trx: Transaction<Tables>,
): Promise<Problems> {
  if (mayEverything(principal)) return [];
  const were = touches.flatMap(({ before }) => (before ? [toDeclared(before)] : []));
  const changed = new Map<EntityId, Declared | undefined>(
    touches.map(({ kind, name, after }) => [`${kind}:${name}`, after && toDeclared({ kind, name, state: after })]),
  );
  const willBe = [...changed.values()].filter((declared) => declared !== undefined);
  const referred = willBe.flatMap((declared) => linksOf(declared).refs);
  const known = await readKnown(trx, were, [...changed.keys(), ...referred]);
  const worlds = { before: toSurroundings(known, new Map()), after: toSurroundings(known, changed) };
  return authorizeChanges(principal, touches, worlds);
}
