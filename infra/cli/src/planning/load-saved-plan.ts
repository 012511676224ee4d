import { type CommandContext, connect } from '../command-context.ts';
import { locateIn, locateProblems, type ShownProblem } from '../document/locate-problems.ts';
import { resolveSecrets } from '../document/resolve-secrets.ts';
import { readSavedPlan } from '../saved-plan/saved-plan-file.ts';
import { planAgain } from './commit-plan.ts';
import { butForApprovals, type ReadyPlan } from './plan-document.ts';

export type LoadedPlan =
  | { readonly kind: 'refused'; readonly problems: readonly ShownProblem[] }
  | { readonly kind: 'ready'; readonly ready: ReadyPlan };

/**
 * Reads a saved plan, reads its secrets again, and sees that it would still do what was shown: nothing that it changes was
 * changed since, and no secret became another than it was then. Whether others have to approve it is left to whoever goes on.
 */
export async function loadSavedPlan(path: string, context: CommandContext): Promise<LoadedPlan> {
  const saved = await readSavedPlan(path);
  const locate = locateIn(saved.puts);
  const { secrets, problems } = await resolveSecrets(saved.puts, locate, context.environment);
  if (problems.length > 0) return { kind: 'refused', problems };
  const ready: ReadyPlan = { saved, secrets, locate, client: connect(context) };
  const now = await planAgain(ready);
  if (butForApprovals(now.problems).length > 0)
    return { kind: 'refused', problems: locateProblems(locate, now.problems) };
  if (JSON.stringify(now.entries.map(whatIsDone)) === JSON.stringify(saved.entries.map(whatIsDone)))
    return { kind: 'ready', ready };
  const message = `${path} would now do something else than it shows, such as give a secret another value than it had then: plan again`;
  return { kind: 'refused', problems: [{ message }] };
}

type Entry = ReadyPlan['saved']['entries'][number];

const whatIsDone = ({ action, kind, name, fields }: Entry) => ({ action, kind, name, fields });
