import type { Command } from 'commander';
import { type CommandContext, printJson } from '../command-context.ts';
import { loadDocument } from '../document/load-document.ts';
import { renderProblems } from '../rendering/problems.ts';
import { fileOption } from './file-option.ts';

type Options = { readonly file: readonly string[]; readonly json?: true };

export function addValidateCommand(program: Command, context: CommandContext): void {
  program
    .command('validate')
    .description('check a document by itself, without the control plane and without its secrets')
    .addOption(fileOption())
    .option('--json', 'print the problems as JSON')
    .action(async (options: Options) => context.exitWith(await validate(options, context)));
}

async function validate({ file, json }: Options, { terminal }: CommandContext): Promise<number> {
  const { declarations, problems } = await loadDocument(file);
  if (json) printJson(terminal, { problems });
  else if (problems.length > 0) terminal.complain(renderProblems(problems, terminal.colours));
  else terminal.print(`The document is valid; entities: ${declarations.length}`);
  return problems.length > 0 ? 1 : 0;
}
