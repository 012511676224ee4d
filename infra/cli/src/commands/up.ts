import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { type RunningTollgate, startTollgate } from '@tollgate/stack';
import type { Command } from 'commander';
import type { CommandContext } from '../command-context.ts';
import { installDemo } from '../demo/install-demo.ts';
import { renderRunning } from '../rendering/running.ts';
import { userError } from '../user-error.ts';

/** Signals that come this soon after the first are the same Ctrl-C, which a terminal sends to every process. */
const SAME_SIGNAL_MS = 500;

/** `tollgate up`: all of Tollgate on this machine, until it is told to stop. */
export function addUpCommand(program: Command, context: CommandContext): void {
  program
    .command('up')
    .description('starts everything on this machine: database, analytics, control plane and one gateway node')
    .option('--workers <number>', 'processes of the gateway node; auto is one for each core (or TOLLGATE_WORKERS)')
    .action(async ({ workers }: UpOptions) => context.exitWith(await up(withWorkers(context, workers))));
}

type UpOptions = { readonly workers?: string };

/** What the number may be is for the node to say, which is told nothing but its environment. */
const withWorkers = (context: CommandContext, workers: string | undefined): CommandContext =>
  workers === undefined ? context : { ...context, environment: { ...context.environment, TOLLGATE_WORKERS: workers } };

async function up({ terminal, environment, fetch, now }: CommandContext): Promise<number> {
  const startedAtMs = now();
  const dataDir = resolve(environment['TOLLGATE_DATA_DIR'] ?? '.tollgate');
  const log = await openLog(dataDir);
  const stopRequested = untilAskedToStop(now);
  const tollgate = await startTollgate({
    dataDir,
    env: environment,
    onProgress: (step) => terminal.print(`  ${step} …`),
    log: log.write,
  }).catch((error: unknown) => {
    throw userError(`${error instanceof Error ? error.message : String(error)}\nThe log is ${log.path}.`);
  });
  try {
    const adminToken = tollgate.newAdminToken ?? environment['TOLLGATE_ADMIN_TOKEN'];
    const demoKey = await installDemo({ controlPlaneUrl: tollgate.controlPlane.url, adminToken, fetch });
    terminal.print(
      renderRunning(
        { tollgate, demoKey, dataDir, logPath: log.path, seconds: (now() - startedAtMs) / 1_000 },
        terminal.colours,
      ),
    );
    const ended = await Promise.race([stopRequested, firstToEnd(tollgate)]);
    if (ended !== undefined)
      terminal.complain(`the process ${ended} ended by itself; see ${log.path}. Stopping the others.`);
    terminal.print('\nstopping: requests in flight may finish, usage is shipped …');
    return ended === undefined ? 0 : 1;
  } finally {
    await tollgate.stop();
    terminal.print('stopped.');
  }
}

async function openLog(dataDir: string): Promise<{ readonly path: string; write(line: string): void }> {
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const path = join(dataDir, 'tollgate.log');
  const file = createWriteStream(path, { flags: 'a', mode: 0o600 });
  return { path, write: (line) => void file.write(`${line}\n`) };
}

/** Resolves at the first signal; a second one, later, ends this process at once. */
function untilAskedToStop(now: () => number): Promise<undefined> {
  return new Promise((resolve) => {
    let firstAtMs: number | undefined;
    const onSignal = () => {
      if (firstAtMs !== undefined && now() - firstAtMs > SAME_SIGNAL_MS) process.exit(130);
      firstAtMs ??= now();
      resolve(undefined);
    };
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, onSignal);
  });
}

async function firstToEnd({ controlPlane, analytics, node }: RunningTollgate): Promise<string> {
  return Promise.race([controlPlane, analytics, node].map(({ name, exited }) => exited.then(() => name)));
}
