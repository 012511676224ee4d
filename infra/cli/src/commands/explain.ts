import type { Command } from 'commander';
import { requestExplanation } from '../api/explain.ts';
import { type CommandContext, connect, printJson } from '../command-context.ts';
import { renderExplanation } from '../rendering/explain.ts';
import { printable } from '../rendering/printable.ts';

export function addExplainCommand(program: Command, context: CommandContext): void {
  const { terminal } = context;
  program
    .command('explain')
    .description('say why a request went as it did: its key, policies and quotas then, and each attempt')
    .argument('<request-id>', 'as in the answer’s header x-tollgate-request-id')
    .option('--json', 'print it as JSON')
    .action(async (id: string, { json }: { readonly json?: true }) => {
      const explanation = await requestExplanation(connect(context), id);
      if (explanation === null) {
        terminal.complain(`there is no record of ${printable(id)} that you may see; ${WHY_NOT}`);
        return context.exitWith(1);
      }
      if (json) printJson(terminal, explanation);
      else terminal.print(renderExplanation(explanation, terminal.colours));
    });
}

const WHY_NOT = 'a request that was refused leaves none, and one that was just answered takes a moment';
