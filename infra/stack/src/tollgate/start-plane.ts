import type { ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type ChildExit, startChild } from '../child-process.ts';

/** Tollgate's own processes; each is the `main` of the folder of that name. */
export type PlaneName = 'control-plane' | 'analytics' | 'data-plane';

export type RunningPlane = {
  readonly name: PlaneName;
  /** Where it serves. */
  readonly url: string;
  readonly pid: number;
  readonly exited: Promise<ChildExit>;
  stop(): Promise<void>;
  kill(): Promise<void>;
};

export type PlaneOptions = {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly log?: (line: string) => void;
  /** Flags for the Node runtime, such as `--cpu-prof`. */
  readonly nodeArgs?: readonly string[];
};

const START_TIMEOUT_MS = 60_000;
/** Longer than the data plane's own time to drain. */
const STOP_TIMEOUT_MS = 45_000;

/** Starts one process with exactly this environment (and PATH), and waits for its word that it is ready. */
export async function startPlane(name: PlaneName, { env, log, nodeArgs = [] }: PlaneOptions): Promise<RunningPlane> {
  let url = '';
  const child = await startChild({
    name,
    command: process.execPath,
    args: ['--enable-source-maps', ...nodeArgs, mainOf(name)],
    options: { env: { PATH: process.env['PATH'], ...env } },
    ipc: true,
    stopSignal: 'SIGTERM',
    stopTimeoutMs: STOP_TIMEOUT_MS,
    startTimeoutMs: START_TIMEOUT_MS,
    ready: async (started) => {
      url = await readyUrl(started);
    },
    ...(log === undefined ? {} : { log }),
  });
  return { name, url, ...child };
}

const mainOf = (name: PlaneName): string => fileURLToPath(new URL(`../../../../${name}/dist/main.js`, import.meta.url));

function readyUrl(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.on('message', (message: unknown) => {
      if (isReady(message)) resolve(message.url);
    });
  });
}

function isReady(message: unknown): message is { type: 'ready'; url: string } {
  return (
    typeof message === 'object' && message !== null && 'type' in message && message.type === 'ready' && 'url' in message
  );
}
