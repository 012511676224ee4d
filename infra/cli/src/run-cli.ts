import { CommanderError } from 'commander';
import type { CommandContext } from './command-context.ts';
import { createProgram } from './program.ts';
import { printable } from './rendering/printable.ts';
import { isUserError } from './user-error.ts';

/**
 * Runs one command. Never throws for what a user can mend.
 * @param args the arguments after the command's own name
 * @returns the exit code
 */
export async function runCli(args: readonly string[], context: Omit<CommandContext, 'exitWith'>): Promise<number> {
  const { terminal } = context;
  let exitCode = 0;
  const exitWith = (code: number): void => {
    exitCode = code;
  };
  const program = await createProgram({ ...context, exitWith }, args);
  try {
    await program.parseAsync([...args], { from: 'user' });
    return exitCode;
  } catch (error) {
    // Commander has printed its own message already, be it help or a refusal.
    if (error instanceof CommanderError) return error.exitCode;
    if (!isUserError(error)) throw error;
    for (const line of error.message.split('\n'))
      terminal.complain(`${terminal.colours.red('error:')} ${printable(line)}`);
    return 1;
  }
}
