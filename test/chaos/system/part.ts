import type { ChildExit } from '@tollgate/stack';

type Running = {
  readonly pid?: number;
  readonly exited: Promise<ChildExit>;
  stop(): Promise<void>;
  kill(): Promise<void>;
};

/** One process of the system, which can be ended and started again at the same address with the same data. */
export type Part = {
  start(): Promise<void>;
  /** Ends it in good order; returns how it ended. */
  stop(): Promise<ChildExit>;
  /** SIGKILL, at once; returns how it ended. */
  kill(): Promise<ChildExit>;
  isRunning(): boolean;
  /** @throws Error if it does not run, or is no process */
  pid(): number;
};

export function createPart(name: string, startProcess: () => Promise<Running>): Part {
  let running: Running | undefined;

  async function end(how: 'stop' | 'kill'): Promise<ChildExit> {
    if (running === undefined) throw new Error(`${name} does not run`);
    const { exited, [how]: order } = running;
    await order();
    running = undefined;
    return exited;
  }

  return {
    async start() {
      if (running !== undefined) throw new Error(`${name} runs already`);
      running = await startProcess();
    },
    stop: () => end('stop'),
    kill: () => end('kill'),
    isRunning: () => running !== undefined,
    pid() {
      if (running?.pid === undefined) throw new Error(`${name} has no process`);
      return running.pid;
    },
  };
}
