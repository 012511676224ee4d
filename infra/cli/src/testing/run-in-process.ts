import { randomUUID } from 'node:crypto';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { runCli } from '../run-cli.ts';
import { createTerminal, type Environment } from '../terminal.ts';

export type Ended = { readonly code: number; readonly stdout: string; readonly stderr: string };

type Options = { readonly environment?: Environment; readonly input?: string; readonly isTerminal?: boolean };

/** Runs the command within this process, which is quicker than starting one. */
export async function runInProcess(args: readonly string[], options: Options = {}): Promise<Ended> {
  const { environment = {}, input = '', isTerminal = false } = options;
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
  stdin.end(input);
  const terminal = createTerminal(
    { input: Object.assign(stdin, { isTTY: isTerminal }), output: stdout, errors: stderr },
    environment,
  );
  const printed = Promise.all([text(stdout), text(stderr)]);
  const code = await runCli(args, { terminal, environment, fetch, now: Date.now, newId: randomUUID });
  stdout.end();
  stderr.end();
  const [out, err] = await printed;
  return { code, stdout: out, stderr: err };
}
