import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { createLastLines } from './last-lines.ts';

const OUTPUT_GRACE_MS = 200;

export interface ChildSpec {
  /** What the process is called in log lines and errors. */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly options?: Pick<SpawnOptions, 'cwd' | 'env' | 'uid' | 'gid'>;
  /** Opens a message channel to a Node child. */
  readonly ipc?: boolean;
  /** The signal that asks this program to end in good order. */
  readonly stopSignal: 'SIGTERM' | 'SIGINT';
  /** How long it may take for that; then SIGKILL. */
  readonly stopTimeoutMs: number;
  readonly startTimeoutMs: number;
  /** Resolves once the service answers. The signal tells it to give up. */
  readonly ready: (child: ChildProcess, signal: AbortSignal) => Promise<void>;
  readonly log?: (line: string) => void;
}

export interface ChildExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** The last lines it printed. */
  readonly output: string;
}

export interface RunningChild {
  readonly pid: number;
  /** Resolves when the process is gone, whoever ended it. */
  readonly exited: Promise<ChildExit>;
  /** Ends it in good order, or by SIGKILL after its `stopTimeoutMs`. Safe to call twice. */
  stop(): Promise<void>;
  /** SIGKILL, at once. */
  kill(): Promise<void>;
}

/**
 * Starts a process and waits until it is ready. If it ends before, or is not ready in time, it is killed and the
 * error carries the last lines it printed. It runs in a process group of its own, so that Ctrl-C in a terminal
 * reaches only us and the order of the shutdown stays ours; should this process end without stopping it, it is
 * asked to stop on the way out (a kill -9 of this process leaves it running).
 */
export async function startChild(spec: ChildSpec): Promise<RunningChild> {
  const child = spawn(spec.command, spec.args, {
    ...spec.options,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', ...(spec.ipc ? (['ipc'] as const) : [])],
  });
  const running = superviseChild(child, spec);
  const giveUp = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  try {
    await Promise.race([
      spec.ready(child, giveUp.signal),
      running.exited.then((exit) => Promise.reject(new Error(describeEarlyExit(spec.name, exit)))),
      new Promise((_, reject) => {
        const late = new Error(`${spec.name} was not ready after ${spec.startTimeoutMs} ms.`);
        timer = setTimeout(reject, spec.startTimeoutMs, late);
      }),
    ]);
    return running;
  } catch (cause) {
    await running.kill();
    const { output } = await running.exited;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`${reason}\nIt said:\n${output || '(nothing)'}`, { cause });
  } finally {
    clearTimeout(timer);
    giveUp.abort();
  }
}

function superviseChild(child: ChildProcess, spec: ChildSpec): RunningChild {
  const output = createLastLines((line) => spec.log?.(`${spec.name}: ${line}`));
  for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').on('data', output.add);

  const askToStop = () => void child.kill(spec.stopSignal);
  process.once('exit', askToStop);
  const exited = new Promise<ChildExit>((resolve) => {
    const settle = (code: number | null, signal: NodeJS.Signals | null) => {
      process.off('exit', askToStop);
      resolve({ code, signal, output: output.text() });
    };
    // 'close' comes after the last output. A grandchild may hold the pipes open longer, so the exit alone is
    // enough after a moment.
    child.once('close', settle);
    child.once('exit', (code, signal) => setTimeout(settle, OUTPUT_GRACE_MS, code, signal).unref());
    child.once('error', (error) => {
      output.add(`${error.message}\n`);
      if (child.pid === undefined) settle(null, null);
    });
  });
  const kill = async () => {
    child.kill('SIGKILL');
    await exited;
  };
  const stop = async () => {
    askToStop();
    const timer = setTimeout(kill, spec.stopTimeoutMs);
    await exited;
    clearTimeout(timer);
  };
  return { pid: child.pid ?? -1, exited, stop, kill };
}

function describeEarlyExit(name: string, exit: ChildExit): string {
  const how = exit.signal === null ? `with code ${exit.code ?? 'none'}` : `by ${exit.signal}`;
  return `${name} ended ${how} before it was ready.`;
}
