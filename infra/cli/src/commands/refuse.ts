import type { Plan } from '../api/plan-answer.ts';
import { type CommandContext, printJson } from '../command-context.ts';
import type { ShownProblem } from '../document/locate-problems.ts';
import { renderPlan } from '../rendering/plan.ts';
import { renderProblems } from '../rendering/problems.ts';

type Refused = { readonly problems: readonly ShownProblem[]; readonly plan?: Plan };

/** Nothing is wrong with a plan that meets these; somebody else has to agree. */
const IN_OTHERS_HANDS: ReadonlySet<string | undefined> = new Set(['owned_by_another', 'approval_required']);

/**
 * Says why nothing was done. If others own what would change or have to approve it, and nothing else is wrong, the plan is
 * shown too: it says what they changed, and when.
 */
export function refuse(
  { problems, plan }: Refused,
  { json }: { readonly json?: true },
  { terminal }: CommandContext,
): number {
  if (json) {
    printJson(terminal, { committed: false, ...plan, problems });
    return 1;
  }
  if (plan && plan.entries.length > 0 && problems.every(({ code }) => IN_OTHERS_HANDS.has(code)))
    terminal.print(renderPlan(plan, terminal.colours));
  terminal.complain(renderProblems(problems, terminal.colours));
  return 1;
}
