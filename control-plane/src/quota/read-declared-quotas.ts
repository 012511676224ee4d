import { type DeclaredQuota, declaredQuotas, type EntityKind, parseQuotaId } from '@tollgate/schema';
import { type Kysely, type RawBuilder, type Selectable, type SqlBool, sql } from 'kysely';
import { type Entity, type EntityId, parseEntityId, toEntityId } from '../aggregate/entity.ts';
import type { EntityTable, Tables } from '../database/tables.ts';
import { toEntity } from '../projection/entity-row.ts';
import { type Only, readByIds } from '../projection/read-entities.ts';

/** Which quotas are listed; a field that is left out leaves all. */
export type QuotaFilter = Only & {
  readonly kind?: EntityKind | undefined;
  readonly name?: string | undefined;
  readonly ids?: readonly string[] | undefined;
};

export const quotasOf = ({ kind, name, state }: Pick<Entity, 'kind' | 'name' | 'state'>): readonly DeclaredQuota[] =>
  declaredQuotas(kind, name, state.spec);

/** Those of some quotas that entities declare now, in one statement and in no order. */
export async function readQuotasByIds(
  db: Kysely<Tables>,
  ids: readonly string[],
  { only }: Only = {},
): Promise<readonly DeclaredQuota[]> {
  const wanted = new Set(ids);
  const entities = await readByIds(db, ownersOf(ids), { only });
  return entities.flatMap(quotasOf).filter(({ id }) => wanted.has(id));
}

/**
 * A page of the quotas that entities declare now, by the kind and name of their owners and then by id; `after` is exclusive. It reads one
 * more entity than quotas are asked for: each has at least one, and the first may be through already. Of entities that are named by ids,
 * some may have none of these.
 */
export async function readQuotaPage(
  db: Kysely<Tables>,
  filter: QuotaFilter,
  { first, after }: { readonly first: number; readonly after?: string | undefined },
): Promise<readonly DeclaredQuota[]> {
  const from = after === undefined ? undefined : parseQuotaId(after);
  if (after !== undefined && from === undefined) return [];
  const entities = await readOwners(db, filter, {
    first: Math.max(first + 1, filter.ids?.length ?? 0),
    from: from && [from.kind, from.name],
  });
  const isAfter = (owner: Entity, id: string) =>
    from === undefined || after === undefined || owner.kind !== from.kind || owner.name !== from.name || id > after;
  const wanted = filter.ids && new Set(filter.ids);
  return entities
    .flatMap((owner) =>
      quotasOf(owner)
        .filter(({ id }) => isAfter(owner, id) && (wanted === undefined || wanted.has(id)))
        .toSorted((one, other) => (one.id < other.id ? -1 : 1)),
    )
    .slice(0, first);
}

/** The entities that quotas of these ids would belong to. */
export const ownersOf = (ids: readonly string[]): readonly EntityId[] => [
  ...new Set(ids.flatMap((id) => parseQuotaId(id) ?? []).map(({ kind, name }) => toEntityId(kind, name))),
];

function isOneOf(ids: readonly EntityId[]): RawBuilder<SqlBool> {
  const keys = ids.map(parseEntityId);
  const [kinds, names] = [keys.map(({ kind }) => kind), keys.map(({ name }) => name)];
  return sql`(kind, name) in (select * from unnest(${kinds}::text[], ${names}::text[]))`;
}

/** Entities with quotas by kind and name; the condition is that of the index `entity_with_quotas`. */
async function readOwners(
  db: Kysely<Tables>,
  { kind, name, ids, only }: QuotaFilter,
  { first, from }: { readonly first: number; readonly from: readonly [EntityKind, string] | undefined },
): Promise<readonly Entity[]> {
  const owners = ids && ownersOf(ids);
  const conditions = [
    only,
    kind && sql`kind = ${kind}`,
    name !== undefined && sql`name = ${name}`,
    owners && isOneOf(owners),
    from && sql`(kind, name) >= (${from[0]}, ${from[1]})`,
  ].flatMap((condition) => (condition ? [sql`and ${condition}`] : []));
  const { rows } = await sql<Selectable<EntityTable>>`
    select * from entity
    where valid_until is null and (
      kind in ('budget', 'rate-limit')
      or jsonb_array_length(coalesce(state #> '{spec,budgets}', '[]')) > 0
      or jsonb_array_length(coalesce(state #> '{spec,rateLimits}', '[]')) > 0
    ) ${sql.join(conditions, sql` `)}
    order by kind, name
    limit ${first}`.execute(db);
  return rows.map(toEntity);
}
