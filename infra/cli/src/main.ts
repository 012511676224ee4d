#!/usr/bin/env node
import { randomUUID } from 'node:crypto';
import { runCli } from './run-cli.ts';
import { createTerminal } from './terminal.ts';

const { stdin: input, stdout: output, stderr: errors, env } = process;

// A reader that leaves early, such as `head`, is no error.
output.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

process.exitCode = await runCli(process.argv.slice(2), {
  terminal: createTerminal({ input, output, errors }, env),
  environment: env,
  fetch,
  now: Date.now,
  newId: randomUUID,
});
