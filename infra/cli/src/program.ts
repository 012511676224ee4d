import { Command } from 'commander';
import type { CommandContext } from './command-context.ts';
import { addApplyCommand } from './commands/apply.ts';
import { addDiffCommand } from './commands/diff.ts';
import { addDoctorCommand } from './commands/doctor.ts';
import { addDraftCommand } from './commands/draft.ts';
import { addEraseCommand } from './commands/erase.ts';
import { addExportCommand } from './commands/export.ts';
import { addFmtCommand } from './commands/fmt.ts';
import { addHistoryCommand } from './commands/history.ts';
import { addImportCommand } from './commands/import.ts';
import { addKeysCommand } from './commands/keys.ts';
import { addNodesCommand } from './commands/nodes.ts';
import { addPlanCommand } from './commands/plan.ts';
import { addQuotasCommand } from './commands/quotas.ts';
import { addRollbackCommand } from './commands/rollback.ts';
import { addSchemaCommand } from './commands/schema.ts';
import { addSealingKeysCommand } from './commands/sealing-keys.ts';
import { addUpCommand } from './commands/up.ts';
import { addValidateCommand } from './commands/validate.ts';
import { addVerifyCommand } from './commands/verify.ts';

const ENVIRONMENT = `
Environment:
  TOLLGATE_URL           the control plane (default http://127.0.0.1:4100)
  TOLLGATE_ADMIN_TOKEN   its admin token
  TOLLGATE_GATEWAY_URL   the gateway that doctor looks at (default http://127.0.0.1:4000)
  NO_COLOR               if not empty, no colours`;

/** The `tollgate` command. A further subcommand is one file in `commands/` and one line here. */
export function createProgram(context: CommandContext): Command {
  const program = new Command('tollgate')
    .description('Declares, plans and applies the configuration of a Tollgate gateway.')
    .addHelpText('after', ENVIRONMENT)
    // Commander would end the process itself; the exit code is decided in one place.
    .exitOverride()
    .configureOutput({
      writeOut: (text) => context.terminal.print(text.trimEnd()),
      writeErr: (text) => context.terminal.complain(text.trimEnd()),
    });
  addUpCommand(program, context);
  addPlanCommand(program, context);
  addApplyCommand(program, context);
  addExportCommand(program, context);
  addDiffCommand(program, context);
  addHistoryCommand(program, context);
  addRollbackCommand(program, context);
  addDraftCommand(program, context);
  addVerifyCommand(program, context);
  addValidateCommand(program, context);
  addFmtCommand(program, context);
  addImportCommand(program, context);
  addSchemaCommand(program, context);
  addNodesCommand(program, context);
  addKeysCommand(program, context);
  addEraseCommand(program, context);
  addQuotasCommand(program, context);
  addSealingKeysCommand(program, context);
  addDoctorCommand(program, context);
  return program;
}
