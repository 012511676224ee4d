import type { Kysely } from 'kysely';
import { Migrator } from 'kysely/migration';
import type { Database } from './database.ts';
import * as eventLog from './migrations/2026-11-22-event-log.ts';
import * as access from './migrations/2026-11-23-access.ts';
import * as changeSets from './migrations/2026-11-23-change-sets.ts';
import * as fleet from './migrations/2026-11-23-fleet.ts';
import * as dataKeys from './migrations/2026-11-24-data-keys.ts';
import * as ownedSince from './migrations/2026-11-25-owned-since.ts';
import * as projectionVersion from './migrations/2026-11-25-projection-version.ts';
import * as quotas from './migrations/2026-11-25-quotas.ts';
import * as steadyLookups from './migrations/2026-11-25-steady-lookups.ts';
import * as quotaSettlement from './migrations/2026-11-26-quota-settlement.ts';

const migrations = {
  '2026-11-22-event-log': eventLog,
  '2026-11-23-access': access,
  '2026-11-23-change-sets': changeSets,
  '2026-11-23-fleet': fleet,
  '2026-11-24-data-keys': dataKeys,
  '2026-11-25-quotas': quotas,
  '2026-11-25-owned-since': ownedSince,
  '2026-11-26-quota-settlement': quotaSettlement,
  '2026-11-25-steady-lookups': steadyLookups,
  '2026-11-25-projection-version': projectionVersion,
};

/**
 * Brings the database to this version's tables. Kysely's migrator holds an advisory lock meanwhile, so that any number of
 * replicas may start at once: one migrates, the others wait and find nothing to do.
 * @throws the error of the migration that failed; it is rolled back as a whole.
 */
export async function migrate(db: Database): Promise<void> {
  const migrator = new Migrator({
    db: db as unknown as Kysely<unknown> as Database,
    provider: { getMigrations: async () => migrations },
  });
  const { error } = await migrator.migrateToLatest();
  if (error !== undefined) throw error;
}
