import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { createTerminal, runCli } from '@tollgate/cli';
import { createControlPlane } from '@tollgate/control-plane';
import { createEmptyDatabase } from '@tollgate/control-plane/empty-database';
import { pino } from 'pino';
import { onTestFinished } from 'vitest';
import { createGraphqlClient, type GraphqlClient } from '../support/graphql.ts';

const ADMIN_TOKEN = 'a-token-for-tests-only';
const SEAL_KEY = Buffer.alloc(32, 7).toString('base64');

export type Outcome = { readonly code: number; readonly stdout: string; readonly stderr: string };

/** A control plane of a test's own, and the command beside it. */
export type CliPlane = {
  readonly graphql: GraphqlClient;
  /** Runs the command with the test's folder as the place of its files. */
  cli(...args: readonly string[]): Promise<Outcome>;
  /** Writes a file of the folder, and gives its path. */
  write(name: string, content: string): Promise<string>;
  path(name: string): string;
  /** The environment of the command; secrets are put here. */
  readonly environment: Record<string, string>;
};

/** Starts a control plane in this process, on a database of its own; all of it ends with the test. */
export async function startCliPlane(): Promise<CliPlane> {
  const plane = await createControlPlane({
    databaseUrl: await createEmptyDatabase(),
    sealKey: SEAL_KEY,
    adminToken: ADMIN_TOKEN,
    host: '127.0.0.1',
    port: 0,
    analyticsUrl: 'http://127.0.0.1:9',
    logger: pino({ level: 'silent' }),
  });
  onTestFinished(plane.stop);
  const folder = await mkdtemp(join(tmpdir(), 'tollgate-cli-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const environment: Record<string, string> = { TOLLGATE_URL: plane.url, TOLLGATE_ADMIN_TOKEN: ADMIN_TOKEN };
  const path = (name: string) => join(folder, name);
  return {
    graphql: createGraphqlClient(plane.url, ADMIN_TOKEN),
    environment,
    path,
    cli: (...args) => run(args, environment),
    async write(name, content) {
      await writeFile(path(name), content);
      return path(name);
    },
  };
}

async function run(args: readonly string[], environment: Readonly<Record<string, string>>): Promise<Outcome> {
  const [input, output, errors] = [new PassThrough(), new PassThrough(), new PassThrough()];
  input.end();
  const printed = Promise.all([text(output), text(errors)]);
  const terminal = createTerminal({ input, output, errors }, environment);
  const code = await runCli(args, { terminal, environment, fetch, now: Date.now, newId: () => crypto.randomUUID() });
  output.end();
  errors.end();
  const [stdout, stderr] = await printed;
  return { code, stdout, stderr };
}
