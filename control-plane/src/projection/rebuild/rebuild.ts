import { type Checksum, EMPTY_CHECKSUM } from '@tollgate/schema';
import { type Kysely, sql, type Transaction } from 'kysely';
import { type EntityId, toEntityId } from '../../aggregate/entity.ts';
import type { Tables } from '../../database/tables.ts';
import { lockLog } from '../../event-store/append-events.ts';
import { readBatches } from '../../event-store/read-events.ts';
import type { StoredEvent } from '../../event-store/stored-event.ts';
import type { Upcasters } from '../../event-store/upcast/upcast.ts';
import { upcasters } from '../../event-store/upcast/upcasters.ts';
import { readByIds } from '../read-entities.ts';
import { writeRows } from '../write-entities.ts';
import { toChangeSetBatches } from './change-set-batches.ts';
import { projectBatch } from './project-batch.ts';
import { outdatedError, projectionVersion, readProjectionVersion } from './projection-version.ts';

export type RebuildProgress = { readonly events: number; readonly total: number };

export type RebuildDeps = {
  readonly db: Kysely<Tables>;
  now(): Date;
  /** Hears that a rebuild is needed, and from which version it comes, before it waits for its turn. */
  onNeeded?(versions: { readonly stored: number; readonly own: number }): void;
  /** Hears how far it is after each batch; the next one waits for it. */
  onProgress?(progress: RebuildProgress): void | Promise<void>;
  /** Left out, those of this program. */
  readonly table?: Upcasters;
  /** How many events are held at a time. */
  readonly batchEvents?: number;
};

/**
 * Makes what is projected from the log, entities and revisions at every point of the history, anew if another version of
 * the program made it. One transaction behind the log's lock: 1. looks whether another replica was quicker, 2. empties the
 * tables, 3. projects the log batch by batch, 4. notes the version. A crash between any two leaves what was there before.
 * Meanwhile everybody reads what was there before, and commits wait.
 * @returns whether this replica did it
 * @throws OutdatedError if a later version made it, and Error that names the change set which cannot be read
 */
export async function ensureProjections(deps: RebuildDeps): Promise<boolean> {
  const { db, now, onNeeded, table = upcasters } = deps;
  const own = projectionVersion(table);
  const stored = await readProjectionVersion(db);
  if (!isOlder(stored, own)) return false;
  onNeeded?.({ stored, own });
  const isDone = await db.transaction().execute(async (trx) => {
    // Both the wait for another replica's rebuild and statements over everything may take long.
    await sql`set local statement_timeout = 0`.execute(trx);
    await lockLog(trx);
    if (!isOlder(await readProjectionVersion(trx), own)) return false;
    await rebuild(trx, { ...deps, table });
    await trx.updateTable('projection').set({ version: own, built_at: now() }).execute();
    return true;
  });
  // Queries are planned by statistics that a table which is new throughout has none of.
  if (isDone) await sql`analyze entity, revision`.execute(db);
  return isDone;
}

function isOlder(stored: number, own: number): boolean {
  if (stored > own) throw outdatedError(stored, own);
  return stored < own;
}

async function rebuild(
  trx: Transaction<Tables>,
  { onProgress, table, batchEvents }: RebuildDeps & { readonly table: Upcasters },
): Promise<void> {
  const total = await countEvents(trx);
  await trx.deleteFrom('entity').execute();
  await trx.deleteFrom('revision').execute();
  let checksum: Checksum = EMPTY_CHECKSUM;
  let events = 0;
  for await (const changeSets of toChangeSetBatches(readBatches(trx, 1, batchEvents))) {
    checksum = await projectNext(trx, changeSets, checksum, table);
    events += changeSets.flat().length;
    await onProgress?.({ events, total });
  }
}

/** @returns the checksum after the batch */
async function projectNext(
  trx: Transaction<Tables>,
  changeSets: readonly (readonly StoredEvent[])[],
  checksum: Checksum,
  table: Upcasters,
): Promise<Checksum> {
  const ids = new Set(changeSets.flat().map(({ streamId }) => streamId as EntityId));
  const found = await readByIds(trx, [...ids]);
  const entities = new Map(found.map((entity) => [toEntityId(entity.kind, entity.name), entity]));
  const batch = projectBatch(changeSets, { entities, checksum }, table);
  await writeRows(trx, batch.ended, batch.rows);
  await trx
    .insertInto('revision')
    .values([...batch.revisions])
    .execute();
  return batch.checksum;
}

async function countEvents(trx: Transaction<Tables>): Promise<number> {
  const { total } = await trx
    .selectFrom('event')
    .select(({ fn }) => fn.max('position').as('total'))
    .executeTakeFirstOrThrow();
  return total ?? 0;
}
