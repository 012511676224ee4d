import type { EntityKind, Specs } from '@tollgate/schema';
import { type Selectable, type SelectQueryBuilder, sql, type Transaction } from 'kysely';
import type { AnyCommand } from '../aggregate/command.ts';
import { definitionOf } from '../aggregate/definitions.ts';
import { type EntityId, parseEntityId, toEntityId } from '../aggregate/entity.ts';
import type { Tables } from '../database/tables.ts';
import { readVersions } from '../event-store/append-events.ts';
import { toEntity } from '../projection/entity-row.ts';
import { readLatestRevision } from '../projection/revision-log.ts';
import type { Current } from './current.ts';

/** Enough to say who is in the way; one is enough to refuse. */
const REFERRERS_MAX = 100;

/** Reads what `planChanges` needs to know; a bounded number of queries and rows, however large the configuration is. */
export async function loadCurrent(trx: Transaction<Tables>, commands: readonly AnyCommand[]): Promise<Current> {
  const touched = commands.map(({ kind, name }) => toEntityId(kind, name));
  const rows = [
    ...(await loadByIds(trx, [...new Set([...touched, ...commands.flatMap(referencesOf)])])),
    ...(await loadSecretOwners(trx, commands)),
    ...(await loadModelsOf(trx, commands)),
    ...(await loadKeysOf(trx, commands)),
  ].map(toEntity);
  return {
    lastCommit: await readLatestRevision(trx),
    entities: new Map(rows.map((entity) => [toEntityId(entity.kind, entity.name), entity])),
    versions: await readVersions(trx, touched),
  };
}

function referencesOf(command: AnyCommand): readonly EntityId[] {
  if (command.op !== 'put') return [];
  // What is asked for refers to others just as what is stored; it differs only in its secrets.
  const spec = command.intent as Specs[EntityKind];
  return definitionOf<EntityKind>(command.kind)
    .references(spec)
    .map(({ kind, name }) => toEntityId(kind, name));
}

function loadByIds(trx: Transaction<Tables>, ids: readonly EntityId[]) {
  const keys = ids.map(parseEntityId);
  const [kinds, names] = [keys.map(({ kind }) => kind), keys.map(({ name }) => name)];
  return trx
    .selectFrom('entity')
    .selectAll()
    .where(sql<boolean>`(kind, name) in (select * from unnest(${kinds}::text[], ${names}::text[]))`)
    .execute();
}

function loadSecretOwners(trx: Transaction<Tables>, commands: readonly AnyCommand[]) {
  const hashes = commands.flatMap((command) =>
    command.op === 'put' && command.kind === 'virtual-key' ? (command.intent.secret?.sha256 ?? []) : [],
  );
  return trx
    .selectFrom('entity')
    .selectAll()
    .where('kind', '=', 'virtual-key')
    .where(sql<boolean>`state #>> '{spec,secret,sha256}' = any(${hashes}::text[])`)
    .execute();
}

/** Models that use a provider which is to be deleted, or which may no longer be a mock. */
async function loadModelsOf(trx: Transaction<Tables>, commands: readonly AnyCommand[]) {
  const deleted = namesOf(commands, 'delete', 'provider').map((name) => usedBy({ provider: name }));
  const changed = namesOf(commands, 'put', 'provider').map((name) => usedBy({ provider: name, mock: {} }));
  const wanted = [...deleted, ...changed];
  if (wanted.length === 0) return [];
  return await untouched(trx, commands, 'model')
    .where(sql<boolean>`state #> '{spec,deployments}' @> any(${wanted}::jsonb[])`)
    .execute();
}

async function loadKeysOf(trx: Transaction<Tables>, commands: readonly AnyCommand[]) {
  const teams = namesOf(commands, 'delete', 'team');
  if (teams.length === 0) return [];
  return await untouched(trx, commands, 'virtual-key')
    .where(sql<boolean>`state #>> '{spec,team}' = any(${teams}::text[])`)
    .execute();
}

/** Entities that the change set itself touches are loaded anyway, so that the limit cannot hide another one. */
function untouched(
  trx: Transaction<Tables>,
  commands: readonly AnyCommand[],
  kind: EntityKind,
): SelectQueryBuilder<Tables, 'entity', Selectable<Tables['entity']>> {
  const touched = commands.filter((command) => command.kind === kind).map(({ name }) => name);
  return trx
    .selectFrom('entity')
    .selectAll()
    .where('kind', '=', kind)
    .where(sql<boolean>`not name = any(${touched}::text[])`)
    .limit(REFERRERS_MAX);
}

const usedBy = (deployment: object): string => JSON.stringify([deployment]);

const namesOf = (commands: readonly AnyCommand[], op: AnyCommand['op'], kind: EntityKind): readonly string[] =>
  commands.filter((command) => command.op === op && command.kind === kind).map(({ name }) => name);
