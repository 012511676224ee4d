import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url));

export type Ended = { readonly code: number | null; readonly stdout: string; readonly stderr: string };

/** Runs the command as a process of its own, from its sources, with this environment and nothing else. */
export async function runProcess(
  args: readonly string[],
  { environment = {}, input = '', folder }: { environment?: Record<string, string>; input?: string; folder: string },
): Promise<Ended> {
  const child = spawn(
    process.execPath,
    ['--conditions=source', '--disable-warning=ExperimentalWarning', MAIN, ...args],
    { cwd: folder, env: environment },
  );
  child.stdin.end(input);
  const code = new Promise<number | null>((resolve) => child.once('close', resolve));
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { code: await code, stdout, stderr };
}
