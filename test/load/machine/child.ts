import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { extname } from 'node:path';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';

/** How long a child may take to end after SIGTERM before it is killed. */
const STOP_PATIENCE_MS = 10_000;

export interface Child {
  readonly pid: number;
  readonly stdout: Readable;
  /** Settles with the exit code, or null when a signal ended the child. */
  readonly exited: Promise<number | null>;
  /** Asks the child to end (SIGTERM), kills it when it does not, and resolves once it is gone. */
  stop(): Promise<void>;
}

/** Starts a program whose stderr is this process's own; throws when it cannot be started. */
export function startChild(program: string, args: readonly string[]): Child {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(child, 'exit').then(([code]): number | null => code);
  exited.catch(() => {});
  if (child.pid === undefined) throw new Error(`${program} could not be started`);
  return {
    pid: child.pid,
    stdout: child.stdout,
    exited,
    async stop() {
      const killer = setTimeout(() => child.kill('SIGKILL'), STOP_PATIENCE_MS);
      child.kill('SIGTERM');
      await exited;
      clearTimeout(killer);
    },
  };
}

/** Everything a child prints until it ends; rejects when it fails. */
export async function outputOf(child: Child, what: string): Promise<string> {
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (part: string) => {
    text += part;
  });
  const [code] = await Promise.all([child.exited, once(child.stdout, 'close')]);
  if (code !== 0) throw new Error(`${what} ended with ${code ?? 'a signal'}`);
  return text;
}

/**
 * The path of a script of this folder, given as `./name.ts` relative to `importerUrl`. It has the ending of the importer,
 * so that it is found beside the sources as well as among the built files.
 */
export function scriptPath(name: string, importerUrl: string): string {
  return fileURLToPath(new URL(name, importerUrl)).replace(/\.ts$/, extname(importerUrl));
}
