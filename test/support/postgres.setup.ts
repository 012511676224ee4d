import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres } from '@tollgate/stack';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** A Postgres whose user may create databases; undefined in runs without integration tests. */
    readonly postgresUrl: string | undefined;
  }
}

/**
 * Starts one Postgres for all integration tests of a run; each makes a database of its own. `TOLLGATE_TEST_DATABASE_URL`
 * names another server to use. Runs of pure tests only start nothing.
 */
export async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  const given = process.env['TOLLGATE_TEST_DATABASE_URL'];
  const { testFiles } = await project.globTestFiles(filtersOf(project));
  const isNeeded = testFiles.some((file) => file.endsWith('.int.test.ts'));
  if (given !== undefined || !isNeeded) {
    project.provide('postgresUrl', given);
    return undefined;
  }
  const postgres = await startPostgres({ dataDir: await mkdtemp(join(tmpdir(), 'tollgate-test-')) });
  project.provide('postgresUrl', postgres.url);
  return () => postgres.stop({ remove: true });
}

/** What was asked for on the command line. Vitest keeps it as an internal field; without it, all files count. */
function filtersOf({ vitest }: TestProject): string[] {
  const { filenamePattern } = vitest as { filenamePattern?: string[] };
  return filenamePattern ?? [];
}
