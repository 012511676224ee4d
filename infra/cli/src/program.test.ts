import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import { createProgram } from './program.ts';
import { createTerminal } from './terminal.ts';

const streams = { input: new PassThrough(), output: new PassThrough(), errors: new PassThrough() };
const context = {
  terminal: createTerminal(streams, {}),
  environment: {},
  fetch,
  now: Date.now,
  newId: () => '',
  exitWith: () => {},
};
const namesFor = async (args: readonly string[]): Promise<readonly string[]> =>
  (await createProgram(context, args)).commands.map((command) => command.name());

it('has the one command that is asked for, under the name by which it is found', async () => {
  const names = await namesFor([]);
  expect(names).toContain('plan');
  for (const name of names) expect(await namesFor([name, '--help'])).toEqual([name]);
});

it.each([['--help'], ['help'], ['plam'], ['constructor']])('has all commands for %s', async (...args) => {
  expect(await namesFor(args)).toEqual(await namesFor([]));
});
