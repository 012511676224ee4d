import type { Command } from 'commander';
import { requestVirtualKeys } from '../api/virtual-keys.ts';
import { type CommandContext, connect, printJson } from '../command-context.ts';
import { type KeySpecOptions, toDeclaration } from '../document/key-declaration.ts';
import { renderBlocked, renderKeys } from '../rendering/keys.ts';
import { type AwaitOptions, addAwaitOptions } from './await-options.ts';
import { limitOption } from './limit-option.ts';
import { operate } from './operation.ts';

const LIMIT_DEFAULT = 1_000;

type Json = { readonly json?: true };
type Operation = AwaitOptions & Json & { readonly reason?: string };

export function addKeysCommand(program: Command, context: CommandContext): void {
  const keys = program.command('keys').description('list, create, rotate, block and unblock virtual keys');
  keys
    .command('list')
    .description('list the virtual keys')
    .addOption(limitOption(LIMIT_DEFAULT))
    .option('--json', 'print them as JSON')
    .action((options: Json & { readonly limit: number }) => list(options, context));
  addCreateCommand(keys, context);
  addRotateCommand(keys, context);
  addBlockCommand(keys, context, 'block', 'refuse a key at once, on every node');
  addBlockCommand(keys, context, 'unblock', 'let a blocked key in again');
}

/** A command that does one thing to one key and tells what became of it. */
const operation = (keys: Command, name: string, text: string): Command =>
  addAwaitOptions(
    keys
      .command(name)
      .description(text)
      .argument('<name>', 'the name of the key, not its secret')
      .option('--reason <text>', 'why, for the history')
      .option('--json', 'print the outcome as JSON'),
  );

function addCreateCommand(keys: Command, context: CommandContext): void {
  operation(keys, 'create', 'create a key, and print its secret, this once')
    .option('--team <name>', 'the team that it belongs to')
    .option('--project <name>', 'the project that it belongs to')
    .option('--user <name>', 'the user whose key it is')
    .option('--customer <name>', 'the customer that it is for')
    .option('--model <name...>', 'models and wildcards that it may ask for')
    .option('--tag <tag...>', 'what its usage is labelled with')
    .option('--expires-at <instant>', 'from when on it is refused, such as 2027-06-30T00:00:00Z')
    .action(async (name: string, options: Operation & KeySpecOptions) => {
      const declaration = toDeclaration(options);
      const put = { op: 'put', kind: 'virtual-key', name, declaration, expectedVersion: 0 } as const;
      context.exitWith(await operate(put, `key ${name} is created`, options, context));
    });
}

function addRotateCommand(keys: Command, context: CommandContext): void {
  operation(keys, 'rotate', 'give a key another secret, and print it, this once')
    .option('--grace <duration>', 'how long the secret before is still taken, such as 24h; left out, not at all')
    .action(async (name: string, options: Operation & { readonly grace?: string }) => {
      const rotate = { op: 'rotate', name, grace: options.grace } as const;
      context.exitWith(await operate(rotate, `key ${name} has another secret`, options, context));
    });
}

function addBlockCommand(keys: Command, context: CommandContext, op: 'block' | 'unblock', text: string): void {
  operation(keys, op, text).action(async (name: string, options: Operation) => {
    const change = { op, kind: 'virtual-key', name } as const;
    context.exitWith(await operate(change, renderBlocked(op, name), options, context));
  });
}

async function list({ limit, json }: Json & { readonly limit: number }, context: CommandContext): Promise<void> {
  const { terminal } = context;
  const { nodes: keys, hasMore } = await requestVirtualKeys(connect(context), limit);
  if (json) printJson(terminal, { keys, hasMore });
  else terminal.print(renderKeys(keys, context.now()));
  if (hasMore) terminal.complain(`There are more than ${limit} keys; --limit shows more of them`);
}
