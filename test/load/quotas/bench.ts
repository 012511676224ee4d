/** See README.md in this folder. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDatabase, migrate } from '@tollgate/control-plane';
import { startPostgres } from '@tollgate/stack';
import { readArguments } from '../read-arguments.ts';
import { runCommand } from '../run-command.ts';
import { measureLeases } from './measure-leases.ts';

const USAGE = `Options of the benchmark of the quota authority (defaults in brackets):
  --seconds N       length of each measurement [5]
  --quick           1 second
  --help`;

type Options = { readonly seconds: number };

function parseOptions(args: readonly string[]): Options | 'help' {
  const given = readArguments(args, { defaults: { seconds: '5' }, quick: { seconds: '1' }, digitsMax: 4 });
  return given === 'help' ? 'help' : { seconds: given.number('seconds') };
}

const say = (line: string): void => void process.stderr.write(`${line}\n`);

/** One authority in this process on a real Postgres of its own, which is removed at the end. */
async function runBench({ seconds }: Options): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'tollgate-quotas-'));
  const postgres = await startPostgres({ dataDir: join(folder, 'postgres') });
  const db = createDatabase(postgres.url);
  try {
    await migrate(db);
    for await (const { name, messagesPerSecond, grantsPerSecond, ms } of measureLeases(db, seconds * 1_000)) {
      const times = `p50 ${ms.p50.toFixed(2)} ms, p99 ${ms.p99.toFixed(2)} ms`;
      const rates = `${Math.round(messagesPerSecond)} messages/s, ${Math.round(grantsPerSecond)} grants/s`;
      process.stdout.write(`${name.padEnd(60)} ${rates}, ${times}\n`);
    }
  } finally {
    await db.destroy();
    await postgres.stop({ remove: true });
    await rm(folder, { recursive: true, force: true });
  }
}

await runCommand({ usage: USAGE, parse: parseOptions, run: runBench, say });
