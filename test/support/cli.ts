import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

/** From here to the root of the repository: the built files lie one folder deeper than the sources. */
const ROOT = import.meta.url.endsWith('.ts') ? '../..' : '../../..';
const MAIN = fileURLToPath(new URL(`${ROOT}/infra/cli/dist/main.js`, import.meta.url));

export type CliOutcome = { readonly code: number | null; readonly stdout: string; readonly stderr: string };

/** Runs the real `tollgate` command in a folder, with exactly this environment. */
export async function runCli(
  args: readonly string[],
  { folder, env }: { readonly folder: string; readonly env: Readonly<Record<string, string>> },
): Promise<CliOutcome> {
  const child = spawn(process.execPath, [MAIN, ...args], { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const code = new Promise<number | null>((resolve) => child.once('close', resolve));
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { code: await code, stdout, stderr };
}
