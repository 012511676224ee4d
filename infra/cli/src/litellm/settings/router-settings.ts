import { fieldsOf } from '../source/config-node.ts';
import { textOf } from '../source/scalars.ts';
import { importAliases } from './import-aliases.ts';
import { fallbackHandlers } from './import-fallbacks.ts';
import { importProviderBudgets } from './import-provider-budgets.ts';
import { type Handler, type Handlers, judgeSection } from './judge-section.ts';
import { policyHandlers, strategyVerdict } from './policy-settings.ts';
import { routerSettings } from './router-settings.table.ts';
import { timeoutVerdict } from './routing-settings.ts';
import { OPENING, type SettingsContext } from './settings-context.ts';

export function importRouterSettings(context: SettingsContext): void {
  const { sections, report, settings, deployments } = context;
  const section = sections.byName.get('router_settings');
  const handlers: Handlers = new Map<string, Handler>([
    ...policyHandlers(context),
    ...fallbackHandlers(context),
    ['timeout', (entry) => report.say(entry, timeoutVerdict(fieldsOf(section?.value), entry.name, settings))],
    ['routing_strategy', (entry) => report.say(entry, strategyVerdict(textOf(entry.value)))],
    ['model_group_alias', (entry) => importAliases(entry, context)],
    ['provider_budget_config', (entry) => importProviderBudgets(entry, deployments, context)],
  ]);
  judgeSection(section, { opening: OPENING, table: routerSettings, handlers }, report);
}
