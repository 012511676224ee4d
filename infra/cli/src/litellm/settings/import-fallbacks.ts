import type { FallbackKind } from '@tollgate/schema';
import { differs, holds, maps, notSupported, type Verdict } from '../report/verdict.ts';
import { type ConfigEntry, fieldsOf, itemsOf } from '../source/config-node.ts';
import { textsOf } from '../source/scalars.ts';
import type { Handler } from './judge-section.ts';
import type { SettingsContext } from './settings-context.ts';
import { countingSetting } from './shared-setting.ts';

const KINDS: Readonly<Record<string, FallbackKind>> = Object.freeze({
  fallbacks: 'fallbacks',
  context_window_fallbacks: 'contextFallbacks',
  content_policy_fallbacks: 'contentPolicyFallbacks',
});
const FALLBACKS_MAX = 20;
/** LiteLLM's name for all models that have none of their own. */
const EVERY = '*';

/** Says of settings that do not count why; those that do are judged as they are imported. */
export const fallbackHandlers = (context: SettingsContext): readonly (readonly [string, Handler])[] =>
  [...Object.keys(KINDS), 'default_fallbacks'].map((name) => [
    name,
    (entry) => {
      if (countingSetting(context, name) !== entry)
        context.report.say(entry, holds(`\`${name}\` of router_settings counts more`));
    },
  ]);

/** Gives models their fallbacks, those that all have last, and says what became of each. */
export function importFallbacks(context: SettingsContext): void {
  const { document, report, deployments } = context;
  const models = new Set(deployments.map(({ model }) => model));
  for (const [setting, kind] of Object.entries(KINDS)) {
    const entry = countingSetting(context, setting);
    if (entry === undefined) continue;
    const lists = itemsOf(entry.value).flatMap((item) => [...fieldsOf(item).values()]);
    report.open(entry, lists.length > 0 ? maps(`${kind} of models`) : notSupported('is no list of models'));
    const isForEvery = ({ name }: ConfigEntry): boolean => name === EVERY;
    for (const list of lists.filter((one) => !isForEvery(one)))
      report.say(list, declare(list.name, kind, textsOf(list.value)));
    for (const list of lists.filter(isForEvery)) report.say(list, declareForAll(kind, textsOf(list.value)));
  }
  const defaults = countingSetting(context, 'default_fallbacks');
  if (defaults !== undefined) report.say(defaults, declareForAll('fallbacks', textsOf(defaults.value)));

  function declareForAll(kind: FallbackKind, names: readonly string[]): Verdict {
    const bare = [...models].filter((model) => fallbacksOf(model, kind).length === 0);
    const verdicts = bare.map((model) => declare(model, kind, names));
    const isDeclared = verdicts.some((verdict) => verdict.kind !== 'not_supported');
    return isDeclared ? differs(`→ ${kind} of each model without its own that they do not lead back to`) : NO_FALLBACK;
  }

  function declare(model: string, kind: FallbackKind, names: readonly string[]): Verdict {
    if (!models.has(model)) return notSupported('is left out: there is no imported model of this name');
    const wanted = [...new Set(names)];
    const usable = wanted
      .filter((name) => models.has(name) && !name.endsWith('*') && !leads(name, model, kind))
      .slice(0, FALLBACKS_MAX);
    if (usable.length === 0) return NO_FALLBACK;
    document.put('models', model, { ...document.get('models', model), [kind]: usable });
    const target = `models.${model}.${kind}`;
    return usable.length === wanted.length
      ? maps(target)
      : differs(`→ ${target}: without those that are not imported, have no fixed name or lead back to it`);
  }

  function fallbacksOf(model: string, kind: FallbackKind): readonly string[] {
    const names = document.get('models', model)?.[kind];
    return Array.isArray(names) ? names.map(String) : [];
  }

  /** Whether fallbacks lead from one model to another, which a document does not take in a circle. */
  function leads(from: string, to: string, kind: FallbackKind, seen = new Set<string>()): boolean {
    if (from === to) return true;
    if (seen.has(from)) return false;
    seen.add(from);
    return fallbacksOf(from, kind).some((next) => leads(next, to, kind, seen));
  }
}

const NO_FALLBACK = notSupported(
  'is left out: none of them is an imported model with a fixed name that does not lead back',
);
