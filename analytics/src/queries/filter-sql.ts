import type { UsageBearers, UsageWithin } from '@tollgate/schema';
import { USAGE_COLUMNS, type UsageColumn } from '../usage-columns.ts';

/** A condition and the values of its parameters; values never stand in the SQL text. */
export type SqlPart = { readonly sql: string; readonly params: Readonly<Record<string, unknown>> };

/** The column that each list of a filter restricts. */
export const FILTER_COLUMNS = Object.freeze({
  keys: 'key_name',
  organizations: 'organization_name',
  teams: 'team_name',
  projects: 'project_name',
  users: 'user_name',
  customers: 'customer_name',
  endUsers: 'end_user',
  models: 'model',
  providers: 'provider_name',
  causes: 'cause',
  ids: 'id',
} as const satisfies Record<string, UsageColumn>);

export type FilterName = keyof typeof FILTER_COLUMNS;
export type Filter = { readonly [Name in FilterName]?: readonly string[] | undefined };

/** Conditions of a filter: each list that is given must hold the row's value, so an empty list selects nothing. */
export function filterParts(filter: Filter): readonly SqlPart[] {
  return (Object.keys(FILTER_COLUMNS) as FilterName[]).flatMap((name) => {
    const values = filter[name];
    return values === undefined
      ? []
      : [{ sql: `has({${name}:Array(String)}, ${FILTER_COLUMNS[name]})`, params: { [name]: values } }];
  });
}

/** Rows that name one of the bearers, from the instant on at which it was made. */
export function withinParts(within: UsageWithin | undefined): readonly SqlPart[] {
  if (within === undefined) return [];
  const { ofVersion1, ...owners } = within;
  const first = anyPart(bearerParts('version1_', ofVersion1));
  const seen = [
    ...bearerParts('', owners),
    { sql: `(${USAGE_COLUMNS.version} = 1 AND ${first.sql})`, params: first.params },
  ];
  return [anyPart(seen)];
}

type BearerLists = { readonly [Name in FilterName]?: UsageBearers };

const bearerParts = (prefix: string, lists: BearerLists): readonly SqlPart[] =>
  (Object.keys(lists) as FilterName[]).map((name) =>
    since(`${prefix}${name}`, FILTER_COLUMNS[name], lists[name] ?? []),
  );

const anyPart = (parts: readonly SqlPart[]): SqlPart => ({
  sql: `(${parts.map(({ sql }) => sql).join(' OR ')})`,
  params: Object.assign({}, ...parts.map(({ params }) => params)),
});

/** Two lists side by side, because `transform` looks a name up in a hash table. */
function since(of: string, column: UsageColumn, list: UsageBearers): SqlPart {
  const [names, sinces] = [`${of}Names`, `${of}Sinces`];
  const sinceMs = `transform(${column}, {${names}:Array(String)}, {${sinces}:Array(Int64)}, toInt64(0))`;
  return {
    sql: `(has({${names}:Array(String)}, ${column}) AND toUnixTimestamp64Milli(started_at) >= ${sinceMs})`,
    params: { [names]: list.map(({ name }) => name), [sinces]: list.map(({ sinceMs: ms }) => ms) },
  };
}

/** `started_at` in [from, to), each an ISO 8601 instant. */
export function timeParts(from: string | undefined, to: string | undefined): readonly SqlPart[] {
  const bound = (name: string, operator: string, instant: string | undefined): readonly SqlPart[] =>
    instant === undefined
      ? []
      : [{ sql: `started_at ${operator} ${instantParam(name)}`, params: { [name]: Date.parse(instant) } }];
  return [...bound('from', '>=', from), ...bound('to', '<', to)];
}

/** An instant given as milliseconds since 1970 in the parameter `name`. */
export function instantParam(name: string): string {
  return `fromUnixTimestamp64Milli({${name}:Int64}, 'UTC')`;
}

/** Joins conditions into a WHERE clause; none is none. */
export function whereAll(parts: readonly SqlPart[]): SqlPart {
  return {
    sql: parts.length === 0 ? '' : `WHERE ${parts.map(({ sql }) => sql).join(' AND ')}`,
    params: Object.assign({}, ...parts.map(({ params }) => params)),
  };
}
