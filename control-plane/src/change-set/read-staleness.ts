import { type Selectable, sql, type Transaction } from 'kysely';
import { type EntityId, parseEntityId, toEntityId } from '../aggregate/entity.ts';
import type { EntityTable, Tables } from '../database/tables.ts';
import { toEntity } from '../projection/entity-row.ts';
import { readByIds } from '../projection/read-entities.ts';
import type { ChangeSetOptions, Problems } from './change-request.ts';
import { type Current, currentRevision } from './current.ts';
import { idOf, type PlannedCommand } from './planned-command.ts';
import { findStaleVersions, type LastChange, type StaleVersion, toStaleProblem } from './stale-version.ts';

/**
 * What a change set was decided on and is no longer so. Where a revision is expected that is not current, it also says
 * which of the entities that the change set touches changed since.
 */
export async function readStaleness(
  trx: Transaction<Tables>,
  commands: readonly PlannedCommand[],
  { expectedRevision, unchangedSince }: ChangeSetOptions,
  current: Current,
): Promise<Problems> {
  const revision = currentRevision(current);
  const problems = [
    ...(expectedRevision === undefined || expectedRevision === revision ? [] : refuse(expectedRevision, current)),
    ...(unchangedSince === undefined || unchangedSince <= revision ? [] : refuse(unchangedSince, current)),
  ];
  const base = unchangedSince ?? expectedRevision;
  const versions = base !== undefined && base < revision ? await readVersionsAt(trx, commands, base) : undefined;
  const stale = findStaleVersions(commands, current, versions);
  return [...problems, ...(await describeAll(trx, stale, current))];
}

function refuse(expected: number, { lastCommit }: Pick<Current, 'lastCommit'>): Problems {
  const since = lastCommit
    ? `; the last change set was committed by ${lastCommit.actor} (${lastCommit.source}) at ${lastCommit.committedAt.toISOString()}`
    : '';
  const message = `revision ${expected} was expected, but the current one is ${currentRevision({ lastCommit })}${since}; plan again`;
  return [{ code: 'stale_revision', message }];
}

async function readVersionsAt(
  trx: Transaction<Tables>,
  commands: readonly PlannedCommand[],
  revision: number,
): Promise<ReadonlyMap<EntityId, number>> {
  const then = await readByIds(trx, commands.map(idOf), { revision });
  return new Map(then.map(({ kind, name, version }) => [toEntityId(kind, name), version]));
}

async function describeAll(
  trx: Transaction<Tables>,
  stale: readonly StaleVersion[],
  current: Current,
): Promise<Problems> {
  if (stale.length === 0) return [];
  const [before, changes] = [await readAtVersions(trx, stale), await readLastChanges(trx, stale)];
  return stale.map((one) =>
    toStaleProblem({
      ...one,
      was: before.get(one.id),
      is: current.entities.get(one.id),
      lastChange: changes.get(one.id),
    }),
  );
}

async function readAtVersions(trx: Transaction<Tables>, stale: readonly StaleVersion[]) {
  const keys = JSON.stringify(stale.map(({ id, expected }) => ({ ...parseEntityId(id), version: expected })));
  const { rows } = await sql<Selectable<EntityTable>>`
    select entity.* from jsonb_to_recordset(${keys}::jsonb) as wanted (kind text, name text, version int)
    join entity using (kind, name, version)`.execute(trx);
  return new Map(rows.map(toEntity).map((entity) => [toEntityId(entity.kind, entity.name), entity]));
}

async function readLastChanges(
  trx: Transaction<Tables>,
  stale: readonly StaleVersion[],
): Promise<ReadonlyMap<string, LastChange>> {
  const ids = stale.map(({ id }) => id);
  const { rows } = await sql<LastChange & { stream_id: string }>`
    select distinct on (stream_id) stream_id, revision, revision.actor, revision.source, committed_at as at
    from event join revision on change_set_id = metadata ->> 'changeSetId'
    where stream_id = any(${ids}::text[])
    order by stream_id, version desc`.execute(trx);
  return new Map(rows.map(({ stream_id, ...change }) => [stream_id, change]));
}
