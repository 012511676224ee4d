import type { EntityKind } from '@tollgate/schema';
import type { Transaction } from 'kysely';
import { type EntityId, parseEntityId, toEntityId } from '../aggregate/entity.ts';
import type { EntityEffect } from '../change-set/entity-effect.ts';
import type { Tables } from '../database/tables.ts';
import { linksOf } from '../projection/entity-links.ts';
import { readByIds, readEntities } from '../projection/read-entities.ts';
import { type ApprovalRule, type ApprovalsNeeded, findApprovalsNeeded } from './approvals-needed.ts';

/** Rules beyond these are not read; there are few. */
const RULES_MAX = 1_000;
/** Through references to these an entity belongs to an organization, or limits or binds what does. */
const HOLDERS: ReadonlySet<EntityKind> = new Set(['organization', 'team', 'project', 'virtual-key', 'member']);

/** How many approvals the effects need by the rules that hold now; one query where there is no rule. */
export async function readApprovalsNeeded(
  trx: Transaction<Tables>,
  effects: readonly EntityEffect[],
): Promise<ApprovalsNeeded> {
  const entities = await readEntities(trx, 'approval-rule', { first: RULES_MAX });
  const rules = entities.map(({ name, state }): ApprovalRule => ({ name, ...state.spec }));
  const isTenantWise = rules.some(({ organization }) => organization !== undefined);
  const holders = isTenantWise ? await readHolders(trx, effects) : new Map<EntityId, readonly EntityId[]>();
  return findApprovalsNeeded(rules, effects, (id, organization) =>
    reaches(holders, id, toEntityId('organization', organization)),
  );
}

type Holders = ReadonlyMap<EntityId, readonly EntityId[]>;

/** What each entity belongs to, before or after, up to the organizations; a query for each level. */
async function readHolders(trx: Transaction<Tables>, effects: readonly EntityEffect[]): Promise<Holders> {
  const holders = new Map<EntityId, readonly EntityId[]>(
    effects.map(({ id, kind, before, after }) => [
      id,
      [before?.state, after].flatMap((state) => (state ? holdersIn(kind, state.spec) : [])),
    ]),
  );
  let missing = missingIn(holders);
  while (missing.length > 0) {
    const found = await readByIds(trx, missing);
    for (const id of missing) holders.set(id, []);
    for (const { kind, name, state } of found) holders.set(toEntityId(kind, name), holdersIn(kind, state.spec));
    missing = missingIn(holders);
  }
  return holders;
}

const missingIn = (holders: Holders): readonly EntityId[] =>
  [...new Set([...holders.values()].flat())].filter((id) => !holders.has(id));

const holdersIn = (...[kind, spec]: Parameters<typeof linksOf>): readonly EntityId[] =>
  linksOf(kind, spec).refs.filter((id) => HOLDERS.has(parseEntityId(id).kind));

function reaches(holders: Holders, from: EntityId, to: EntityId): boolean {
  const seen = new Set([from]);
  for (const id of seen) for (const above of holders.get(id) ?? []) seen.add(above);
  return seen.has(to);
}
