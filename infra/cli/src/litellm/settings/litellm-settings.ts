import { holds } from '../report/verdict.ts';
import { fieldsOf } from '../source/config-node.ts';
import { importAliases } from './import-aliases.ts';
import { fallbackHandlers } from './import-fallbacks.ts';
import { importPlatformBudget } from './import-platform-budget.ts';
import { importTagBudgets } from './import-tag-budgets.ts';
import { type Handler, type Handlers, judgeSection } from './judge-section.ts';
import { litellmSettings } from './litellm-settings.table.ts';
import { policyHandlers } from './policy-settings.ts';
import { timeoutVerdict } from './routing-settings.ts';
import { OPENING, type SettingsContext } from './settings-context.ts';

export function importLitellmSettings(context: SettingsContext): void {
  const { sections, report, settings } = context;
  const section = sections.byName.get('litellm_settings');
  const handlers: Handlers = new Map<string, Handler>([
    ...policyHandlers(context),
    ...fallbackHandlers(context),
    ['request_timeout', (entry) => report.say(entry, timeoutVerdict(fieldsOf(section?.value), entry.name, settings))],
    ['tag_budget_config', (entry) => importTagBudgets(entry, context)],
    ['model_alias_map', (entry) => importAliases(entry, context)],
    ['max_budget', () => importPlatformBudget(context)],
    // It is judged with `max_budget`.
    ['budget_duration', (entry) => report.otherwise(entry, holds('means nothing without max_budget'))],
  ]);
  judgeSection(section, { opening: OPENING, table: litellmSettings, handlers }, report);
}
