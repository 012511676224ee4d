import { BUDGET_DIFFERENCE, readBudget } from '../budgets.ts';
import type { Conversion } from '../conversion.ts';
import { stored } from '../report/stored.ts';
import { holds, notSupported, type Verdict } from '../report/verdict.ts';
import { type ConfigEntry, fieldsOf } from '../source/config-node.ts';

/** Declares the tags of `tag_budget_config` with their budgets. */
export function importTagBudgets(entry: ConfigEntry, { document, report }: Conversion): void {
  report.open(entry, entry.value.kind === 'map' ? holds('see its keys') : notSupported('is no map of tags'));
  for (const [name, tag] of fieldsOf(entry.value)) report.say(tag, declare(name, tag));

  function declare(name: string, tag: ConfigEntry): Verdict {
    const fields = fieldsOf(tag.value);
    const read = readBudget(fields.get('max_budget'), fields.get('budget_duration'));
    const refusal = read.ok ? document.put('tags', name, { budgets: [read.budget] }) : read.why;
    return refusal === undefined
      ? stored('tag', 'budgets', `tags.${name}.budgets`, BUDGET_DIFFERENCE)
      : notSupported(refusal);
  }
}
