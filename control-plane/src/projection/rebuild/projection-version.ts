import type { Kysely } from 'kysely';
import type { Tables } from '../../database/tables.ts';
import type { Upcasters } from '../../event-store/upcast/upcast.ts';
import { upcasters } from '../../event-store/upcast/upcasters.ts';

/**
 * Raised by whoever changes what is projected: how an event folds into an entity, what stands in its row, or what nodes get
 * of it, on which the checksums of revisions rest. A test remembers all three, so that it is not forgotten.
 */
const FORM = 1;

/** The version of what this program projects from a log. Each upcaster raises it, for with it old events say something else. */
export const projectionVersion = (table: Upcasters = upcasters): number =>
  FORM + Object.values(table).reduce((count, steps) => count + steps.length, 0);

export async function readProjectionVersion(db: Kysely<Tables>): Promise<number> {
  const { version } = await db.selectFrom('projection').select('version').executeTakeFirstOrThrow();
  return version;
}

const OUTDATED = Symbol('outdated');

/** That a later version of the program has made the projections anew, so that this one would spoil them. */
export type OutdatedError = Error & { readonly [OUTDATED]: true };

export function outdatedError(stored: number, own: number): OutdatedError {
  const message = `the database has projections of version ${stored}, which a later version of the program made; this one makes ${own}: start the later one`;
  return Object.assign(new Error(message), { [OUTDATED]: true as const });
}

export const isOutdated = (error: unknown): error is OutdatedError => error instanceof Error && OUTDATED in error;

/** @throws OutdatedError if the projections are not those that this program makes; they are never older once it has started */
export async function checkProjectionVersion(db: Kysely<Tables>, own = projectionVersion()): Promise<void> {
  const stored = await readProjectionVersion(db);
  if (stored !== own) throw outdatedError(stored, own);
}
