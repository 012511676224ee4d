import { type Command, InvalidArgumentError, Option } from 'commander';
import { requestBlock } from '../api/change-set.ts';
import { requestVirtualKeys } from '../api/virtual-keys.ts';
import { type CommandContext, connect, printJson } from '../command-context.ts';
import { renderBlocked, renderKeys } from '../rendering/keys.ts';
import { renderProblems } from '../rendering/problems.ts';

const LIMIT_DEFAULT = 1_000;
const LIMIT_MAX = 100_000;

type ListOptions = { readonly limit: number; readonly json?: true };
type BlockOptions = { readonly json?: true };

export function addKeysCommand(program: Command, context: CommandContext): void {
  const keys = program.command('keys').description('list, block and unblock virtual keys');
  keys
    .command('list')
    .description('list the virtual keys')
    .addOption(new Option('--limit <number>', 'how many at most').default(LIMIT_DEFAULT).argParser(parseLimit))
    .option('--json', 'print them as JSON')
    .action((options: ListOptions) => list(options, context));
  addBlockCommand(keys, context, 'block', 'refuse a key at once, on every node');
  addBlockCommand(keys, context, 'unblock', 'let a blocked key in again');
}

function addBlockCommand(keys: Command, context: CommandContext, action: 'block' | 'unblock', text: string): void {
  keys
    .command(action)
    .description(text)
    .argument('<name>', 'the name of the key, not its secret')
    .option('--json', 'print the outcome as JSON')
    .action(async (name: string, options: BlockOptions) =>
      context.exitWith(await block(action, name, options, context)),
    );
}

async function list({ limit, json }: ListOptions, context: CommandContext): Promise<void> {
  const { terminal } = context;
  const { keys, hasMore } = await requestVirtualKeys(connect(context), limit);
  if (json) printJson(terminal, { keys, hasMore });
  else terminal.print(renderKeys(keys, context.now()));
  if (hasMore) terminal.complain(`There are more than ${limit} keys; --limit shows more of them`);
}

async function block(
  action: 'block' | 'unblock',
  name: string,
  { json }: BlockOptions,
  context: CommandContext,
): Promise<number> {
  const { terminal } = context;
  const commit = await requestBlock(connect(context), action, name);
  const problems = commit.problems.map(({ message, code }) => ({ message, code }));
  if (json) printJson(terminal, commit);
  else if (problems.length > 0) terminal.complain(renderProblems(problems, terminal.colours));
  else terminal.print(renderBlocked(action, name, commit));
  return problems.length > 0 ? 1 : 0;
}

function parseLimit(text: string): number {
  const limit = Number(text);
  if (!Number.isInteger(limit) || limit < 1 || limit > LIMIT_MAX)
    throw new InvalidArgumentError(`It should be a whole number from 1 to ${LIMIT_MAX}.`);
  return limit;
}
