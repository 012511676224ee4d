import type { Command } from 'commander';
import { requestDiff } from '../api/history.ts';
import { type CommandContext, connect, printJson } from '../command-context.ts';
import { renderDiff } from '../rendering/history.ts';
import { whileShowing } from '../terminal.ts';
import { parseRevision } from './revision-argument.ts';

export function addDiffCommand(program: Command, context: CommandContext): void {
  program
    .command('diff')
    .description('show what leads from one revision to another; exits 0 for no difference, 2 for differences')
    .argument('<from>', 'a revision; 0 is before the first change set', parseRevision)
    .argument('[to]', 'another revision, older or newer; left out, the current one', parseRevision)
    .option('--json', 'print the differences as JSON')
    .action(async (from: number, to: number | undefined, { json }: { readonly json?: true }) => {
      const { terminal } = context;
      const differences = await whileShowing(terminal, 'comparing …', () =>
        requestDiff(connect(context), { from, to }, (count) => terminal.progress(`${count} entities differ …`)),
      );
      if (json) printJson(terminal, { from, to: to ?? null, differences });
      else terminal.print(renderDiff(differences, terminal.colours));
      context.exitWith(differences.length > 0 ? 2 : 0);
    });
}
