import type { CommandContext } from '../command-context.ts';
import { userError } from '../user-error.ts';

/** Asks whoever sits at the terminal. @throws UserError if nobody does */
export async function confirm(question: string, { terminal }: CommandContext): Promise<boolean> {
  if (!terminal.isInteractive)
    throw userError('nobody is there to be asked: the input is no terminal. Give --yes to go on without a question');
  const answer = await terminal.ask(`${question} [y/N] `);
  if (/^y(es)?$/i.test(answer.trim())) return true;
  terminal.complain('Nothing was changed');
  return false;
}
