import type { Command } from 'commander';
import { requestFleet } from '../api/fleet.ts';
import { type CommandContext, connect, printJson } from '../command-context.ts';
import { renderNodes } from '../rendering/nodes.ts';

export function addNodesCommand(program: Command, context: CommandContext): void {
  const { terminal } = context;
  program
    .command('nodes')
    .description('list the nodes of the data plane and the revision that each enforces')
    .option('--json', 'print them as JSON')
    .action(async ({ json }: { readonly json?: true }) => {
      const fleet = await requestFleet(connect(context));
      if (json) printJson(terminal, fleet);
      else terminal.print(renderNodes(fleet));
    });
}
