import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export type TestProcess = {
  readonly url: string;
  /** SIGKILL, as a crash. */
  kill(): Promise<void>;
  /** SIGTERM. @returns the exit code. */
  stop(): Promise<number | null>;
};

const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url));

/** Starts the service from its source as a process of its own and waits for its word that it is ready. */
export async function startTestProcess(env: Readonly<Record<string, string>>): Promise<TestProcess> {
  const child = fork(MAIN, [], {
    env: { ...env, PATH: process.env['PATH'] },
    execArgv: ['--conditions=source', '--disable-warning=ExperimentalWarning'],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const url = await new Promise<string>((resolve, reject) => {
    child.once('message', (message: { url: string }) => resolve(message.url));
    child.once('exit', (code) => reject(new Error(`the service ended with ${code} before it was ready`)));
  });
  const endWith = (signal: NodeJS.Signals) => {
    child.kill(signal);
    return exited;
  };
  return {
    url,
    kill: async () => void (await endWith('SIGKILL')),
    stop: () => endWith('SIGTERM'),
  };
}
