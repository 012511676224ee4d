import type { Command } from 'commander';
import { type CommandContext, printJson } from '../command-context.ts';
import { diagnose } from '../doctor/diagnose.ts';
import { renderChecks } from '../rendering/checks.ts';

export function addDoctorCommand(program: Command, context: CommandContext): void {
  const { terminal } = context;
  program
    .command('doctor')
    .description(
      'check that the control plane, the admin token, the nodes and the gateway are well, and say what to do',
    )
    .option('--json', 'print the findings as JSON')
    .action(async ({ json }: { readonly json?: true }) => {
      const checks = await diagnose(context);
      if (json) printJson(terminal, { checks });
      else terminal.print(renderChecks(checks, terminal.colours));
      context.exitWith(checks.every(({ state }) => state === 'ok') ? 0 : 1);
    });
}
