import { Command } from 'commander';
import type { CommandContext } from './command-context.ts';

type AddCommand = (program: Command, context: CommandContext) => void;

/** By its name, how each command is loaded; in the order of the help. To load them all takes longer than most of them run. */
const COMMANDS: Readonly<Record<string, () => Promise<AddCommand>>> = Object.freeze({
  up: async () => (await import('./commands/up.ts')).addUpCommand,
  plan: async () => (await import('./commands/plan.ts')).addPlanCommand,
  apply: async () => (await import('./commands/apply.ts')).addApplyCommand,
  export: async () => (await import('./commands/export.ts')).addExportCommand,
  diff: async () => (await import('./commands/diff.ts')).addDiffCommand,
  history: async () => (await import('./commands/history.ts')).addHistoryCommand,
  rollback: async () => (await import('./commands/rollback.ts')).addRollbackCommand,
  draft: async () => (await import('./commands/draft.ts')).addDraftCommand,
  verify: async () => (await import('./commands/verify.ts')).addVerifyCommand,
  validate: async () => (await import('./commands/validate.ts')).addValidateCommand,
  fmt: async () => (await import('./commands/fmt.ts')).addFmtCommand,
  import: async () => (await import('./commands/import.ts')).addImportCommand,
  schema: async () => (await import('./commands/schema.ts')).addSchemaCommand,
  nodes: async () => (await import('./commands/nodes.ts')).addNodesCommand,
  keys: async () => (await import('./commands/keys.ts')).addKeysCommand,
  erase: async () => (await import('./commands/erase.ts')).addEraseCommand,
  quotas: async () => (await import('./commands/quotas.ts')).addQuotasCommand,
  explain: async () => (await import('./commands/explain.ts')).addExplainCommand,
  'sealing-keys': async () => (await import('./commands/sealing-keys.ts')).addSealingKeysCommand,
  doctor: async () => (await import('./commands/doctor.ts')).addDoctorCommand,
});

const ENVIRONMENT = `
Environment:
  TOLLGATE_URL           the control plane (default http://127.0.0.1:4100)
  TOLLGATE_ADMIN_TOKEN   its admin token, or the token of a service account
  TOLLGATE_GATEWAY_URL   the gateway that doctor looks at (default http://127.0.0.1:4000)
  NO_COLOR               if not empty, no colours`;

/**
 * The `tollgate` command: the subcommand that the arguments start with, or else all of them, to be listed or to say which
 * may have been meant. A further one is one file in `commands/` and one line here.
 */
export async function createProgram(context: CommandContext, [name = '']: readonly string[]): Promise<Command> {
  const named = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  const commands = await Promise.all((named ? [named] : Object.values(COMMANDS)).map((load) => load()));
  const program = new Command('tollgate')
    .description('Declares, plans and applies the configuration of a Tollgate gateway.')
    .addHelpText('after', ENVIRONMENT)
    // What stands behind a subcommand is its own, also where the command above it has an option of the name.
    .enablePositionalOptions()
    // Commander would end the process itself; the exit code is decided in one place.
    .exitOverride()
    .configureOutput({
      writeOut: (text) => context.terminal.print(text.trimEnd()),
      writeErr: (text) => context.terminal.complain(text.trimEnd()),
    });
  for (const add of commands) add(program, context);
  return program;
}
