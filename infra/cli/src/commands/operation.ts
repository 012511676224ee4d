import { requestCommit, type SentChange } from '../api/change-set.ts';
import type { Commit } from '../api/plan-answer.ts';
import { type CommandContext, connect, printJson } from '../command-context.ts';
import { renderIssued } from '../rendering/applied.ts';
import type { OutcomeWords } from '../rendering/outcome-words.ts';
import { printable } from '../rendering/printable.ts';
import { renderPropagation } from '../rendering/propagation.ts';
import { type AwaitOptions, toAwaiting } from './await-options.ts';
import { refuse } from './refuse.ts';

type Options = AwaitOptions & { readonly reason?: string; readonly json?: true };

/** Does one thing to one entity at once, whatever else was committed meanwhile, and says what became of it. */
export async function operate(
  change: SentChange,
  words: string | OutcomeWords,
  options: Options,
  context: CommandContext,
): Promise<number> {
  const { terminal } = context;
  const { reason, json } = options;
  const commitOptions = { reason, awaitPropagation: toAwaiting(options), idempotencyKey: context.newId() };
  const done = await requestCommit(connect(context), { changes: [change] }, commitOptions);
  if (done.problems.length > 0) {
    const problems = done.problems.map(({ message, code }) => ({ message, code }));
    return refuse({ problems }, options, context);
  }
  if (json) printJson(terminal, done);
  else terminal.print(render(done, words, context));
  return done.propagation?.reached === false ? 1 : 0;
}

function render(done: Commit, words: string | OutcomeWords, { terminal: { colours } }: CommandContext): string {
  const { done: changed, already } = typeof words === 'string' ? { done: words, already: words } : words;
  return [
    `${printable(done.committed ? changed : already)} (revision ${done.revision})`,
    ...renderIssued(done, colours),
    ...(done.propagation ? [renderPropagation(done.propagation, colours)] : []),
  ].join('\n');
}
