import { BUDGET_DIFFERENCE, readBudget } from '../budgets.ts';
import type { Conversion } from '../conversion.ts';
import { stored } from '../report/stored.ts';
import { notSupported } from '../report/verdict.ts';
import { fieldsOf } from '../source/config-node.ts';
import { numberOf } from '../source/scalars.ts';

const NAME = 'litellm-proxy';

/** Declares `max_budget` of `litellm_settings`, which is a budget of the whole installation. */
export function importPlatformBudget({ sections, document, report }: Conversion): void {
  const fields = fieldsOf(sections.byName.get('litellm_settings')?.value);
  const [amount, duration] = [fields.get('max_budget'), fields.get('budget_duration')];
  const parts = [amount, duration].flatMap((entry) => entry ?? []);
  const read = readBudget(amount, duration);
  const isNone = numberOf(amount?.value) === 0;
  const refusal = isNone
    ? 'LiteLLM takes 0 for no budget'
    : read.ok
      ? document.put('budgets', NAME, { scope: { platform: true }, ...read.budget })
      : read.why;
  for (const entry of parts)
    report.say(
      entry,
      refusal === undefined ? stored('budget', undefined, `budgets.${NAME}`, BUDGET_DIFFERENCE) : notSupported(refusal),
    );
}
