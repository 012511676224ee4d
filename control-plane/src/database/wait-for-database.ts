import { sql } from 'kysely';
import type { Database } from './database.ts';
import { isUnavailable } from './unavailable.ts';

const RETRY_MS = 1_000;

/**
 * Waits until Postgres answers; tries once a second.
 * @throws the last error after `timeoutMs`, and at once any that waiting cannot mend, such as a wrong password
 */
export async function waitForDatabase(
  db: Database,
  { timeoutMs, onWaiting }: { readonly timeoutMs: number; onWaiting(error: unknown): void },
): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  while (true) {
    try {
      await sql`select 1`.execute(db);
      return;
    } catch (error) {
      if (!isUnavailable(error) || performance.now() > deadline) throw error;
      onWaiting(error);
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }
}
