import type { Command } from 'commander';
import { requestSealingKeys, rewrapDataKeys } from '../api/sealing-keys.ts';
import { type CommandContext, connect, printJson } from '../command-context.ts';
import { renderSealingKeys } from '../rendering/sealing-keys.ts';

/** `docs/security.md` says when which of the two is run. */
export function addSealingKeysCommand(program: Command, context: CommandContext): void {
  const { terminal } = context;
  const keys = program.command('sealing-keys').description('list the sealing keys, and change to a new one');
  keys
    .command('list')
    .description('list the sealing keys, and say which of them can be taken out')
    .option('--json', 'print them as JSON')
    .action(async ({ json }: { readonly json?: true }) => {
      const sealingKeys = await requestSealingKeys(connect(context));
      if (json) printJson(terminal, { sealingKeys });
      else terminal.print(renderSealingKeys(sealingKeys));
    });
  keys
    .command('rewrap')
    .description('wrap all data keys with the current sealing key alone')
    .action(() => rewrap(context));
}

async function rewrap(context: CommandContext): Promise<void> {
  const { terminal } = context;
  const client = connect(context);
  const unopened: string[] = [];
  let [checked, rewrapped] = [0, 0];
  for await (const batch of rewrapDataKeys(client)) {
    checked += batch.checked;
    rewrapped += batch.rewrapped;
    unopened.push(...batch.unopened);
    terminal.print(`${checked} of ${batch.total} data keys checked, ${rewrapped} wrapped anew`);
  }
  for (const owner of unopened)
    terminal.complain(`The data key of ${owner} opens with no sealing key that is accepted`);
  terminal.print(renderSealingKeys(await requestSealingKeys(client)));
  if (unopened.length > 0) context.exitWith(1);
}
