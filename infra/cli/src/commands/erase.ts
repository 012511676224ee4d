import { isPersonal, type PersonalKind, personalKinds } from '@tollgate/schema';
import type { Command } from 'commander';
import { requestPlan } from '../api/change-set.ts';
import { type CommandContext, connect } from '../command-context.ts';
import { showProblems } from '../document/locate-problems.ts';
import { parseKind } from '../document/parse-kind.ts';
import { confirm } from '../planning/confirm.ts';
import { toKindWords } from '../rendering/kind-words.ts';
import { printable } from '../rendering/printable.ts';
import { userError } from '../user-error.ts';
import { type AwaitOptions, addAwaitOptions } from './await-options.ts';
import { operate } from './operation.ts';
import { refuse } from './refuse.ts';
import { checkJsonNeedsYes } from './yes-option.ts';

type Options = AwaitOptions & { readonly yes?: true; readonly reason?: string; readonly json?: true };

export function addEraseCommand(program: Command, context: CommandContext): void {
  const command = program
    .command('erase')
    .description('make personal data unreadable for good, in the history as well; the entity stays, by its name')
    .argument('<kind>', `whose: ${personalKinds.join(' or ')}`)
    .argument('<name>', 'the name of the entity');
  addAwaitOptions(command)
    .option('--yes', 'do not ask')
    .option('--reason <text>', 'why, for the history')
    .option('--json', 'print the outcome as JSON; needs --yes')
    .action(async (kind: string, name: string, options: Options) =>
      context.exitWith(await erase(parsePersonalKind(kind), name, options, context)),
    );
}

function parsePersonalKind(text: string): PersonalKind {
  const kind = parseKind(text);
  if (isPersonal(kind)) return kind;
  throw userError(`a ${toKindWords(kind)} has no personal data; a ${personalKinds.join(' and a ')} have`);
}

/** 1. sees whether it can be done, 2. asks, 3. commits, and 4. reminds of documents, which would declare it anew. */
async function erase(kind: PersonalKind, name: string, options: Options, context: CommandContext): Promise<number> {
  const { terminal } = context;
  checkJsonNeedsYes(options);
  const change = { op: 'erase', kind, name } as const;
  const plan = await requestPlan(connect(context), { changes: [change] });
  if (plan.problems.length > 0) return refuse({ problems: showProblems(plan.problems) }, options, context);
  const data = `the personal data of ${toKindWords(kind)} ${name}`;
  const question = `Erase ${printable(data)}? Nobody can bring it back.`;
  const isThere = plan.entries.length > 0;
  if (isThere && !options.yes && !(await confirm(question, context))) return 1;
  const words = { done: `${data} is erased`, already: `${data} was erased already` };
  const code = await operate(change, words, options, context);
  if (code === 0 && isThere)
    terminal.complain('Take it out of your documents too, or the next `apply` declares it anew');
  return code;
}
