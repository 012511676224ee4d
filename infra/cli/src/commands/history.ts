import type { Command } from 'commander';
import { requestHistory, requestRevisions } from '../api/history.ts';
import { type CommandContext, connect, printJson } from '../command-context.ts';
import { parseKind } from '../document/parse-kind.ts';
import { renderHistory, renderRevisions } from '../rendering/history.ts';
import { userError } from '../user-error.ts';
import { limitOption } from './limit-option.ts';

const LIMIT_DEFAULT = 50;

type Options = { readonly limit: number; readonly json?: true };

export function addHistoryCommand(program: Command, context: CommandContext): void {
  program
    .command('history')
    .description('show what happened to an entity, newest first; without one, list all change sets')
    .argument('[kind]', 'such as team or key')
    .argument('[name]', 'its name, also of one that is deleted')
    .addOption(limitOption(LIMIT_DEFAULT))
    .option('--json', 'print it as JSON')
    .action(async (kind: string | undefined, name: string | undefined, options: Options) => {
      if (kind === undefined) return await listRevisions(options, context);
      if (name === undefined) throw userError(`say which ${kind}: \`tollgate history ${kind} NAME\``);
      return context.exitWith(await listChanges(kind, name, options, context));
    });
}

async function listRevisions({ limit, json }: Options, context: CommandContext): Promise<void> {
  const { terminal } = context;
  const { nodes: revisions, hasMore } = await requestRevisions(connect(context), limit);
  if (json) printJson(terminal, { revisions, hasMore });
  else terminal.print(renderRevisions(revisions));
  if (hasMore) terminal.complain(`There are more than ${limit}; --limit shows more of them`);
}

async function listChanges(
  kind: string,
  name: string,
  { limit, json }: Options,
  context: CommandContext,
): Promise<number> {
  const { terminal } = context;
  const { nodes: changes, hasMore } = await requestHistory(connect(context), { kind: parseKind(kind), name }, limit);
  if (json) printJson(terminal, { changes, hasMore });
  else if (changes.length > 0) terminal.print(renderHistory(changes, terminal.colours));
  else terminal.complain(`there is no ${kind} named ${name}, and there was none`);
  if (hasMore) terminal.complain(`There are more than ${limit}; --limit shows more of them`);
  return changes.length > 0 ? 0 : 1;
}
