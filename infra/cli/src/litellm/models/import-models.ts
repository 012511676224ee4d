import type { Conversion } from '../conversion.ts';
import type { Credentials } from '../credential-list.ts';
import { differs, EMPTY, maps, unknownKey, type Verdict } from '../report/verdict.ts';
import { type VerdictTable, verdictFor } from '../report/verdict-table.ts';
import { isNothing, textOf } from '../source/scalars.ts';
import { buildModel } from './build-model.ts';
import type { Candidate, ModelGroup, RoutingSettings } from './group.ts';
import { CAPABILITY, isCapability, knownFacts, knownParameters } from './known-parameters.ts';
import { leaveOut } from './left-out.ts';
import { type ModelEntry, readModelEntries } from './model-entries.ts';
import { createPriceList, type PriceList } from './price-list.ts';
import type { Providers } from './providers.ts';
import { modeVerdict, whyNoChat } from './serves-chat.ts';
import { targetOf } from './target.ts';

type Import = Conversion & {
  readonly settings: RoutingSettings;
  readonly credentials: Credentials;
  readonly providers: Providers;
};

/** A deployment that was imported. */
export type ImportedDeployment = { readonly model: string; readonly candidate: Candidate };

/** Declares the models of `model_list`, and with them their providers and prices. */
export function importModels(context: Import): readonly ImportedDeployment[] {
  const entries = readModelEntries(context.sections.byName.get('model_list'), context.report);
  const prices = createPriceList(context.document);
  const groups = [...Map.groupBy(entries, ({ publicName }) => publicName)];
  const imported = groups.flatMap(([name, members]) => importGroup(name, members, context, prices));
  const used = new Set(imported.map(({ candidate }) => candidate.target.provider));
  context.document.keep('providers', (name) => used.has(name));
  return imported;
}

function importGroup(
  name: string,
  entries: readonly ModelEntry[],
  context: Import,
  prices: PriceList,
): readonly ImportedDeployment[] {
  const candidates = entries.flatMap((entry) => toCandidate(entry, context));
  if (candidates.length === 0) return [];
  const group: ModelGroup = { name, entries, candidates };
  const { declaration, verdicts } = buildModel(group, context.settings);
  const refusal = context.document.put('models', name, declaration);
  if (refusal !== undefined) {
    for (const { entry } of candidates) leaveOut(entry, refusal, context.report);
    return [];
  }
  candidates.forEach((candidate, index) => {
    judge(candidate, `models.${name}.deployments[${index}]`, { ...verdicts[index], ...prices.add(candidate) }, context);
  });
  return candidates.map((candidate) => ({ model: name, candidate }));
}

function toCandidate(entry: ModelEntry, context: Import): readonly Candidate[] {
  const whyNot = whyNoChat(entry);
  if (whyNot !== undefined) {
    leaveOut(entry, whyNot, context.report);
    return [];
  }
  const credential = context.credentials.find(textOf(entry.params.get('litellm_credential_name')?.value));
  const params = new Map([...credential, ...entry.params]);
  const target = targetOf(params, context);
  const why = target.ok ? whyNoWildcard(entry, target.model) : target.why;
  if (target.ok && why === undefined) return [{ entry, params, target }];
  leaveOut(entry, why ?? 'it cannot be served', context.report);
  return [];
}

const whyNoWildcard = ({ publicName }: ModelEntry, model: string): string | undefined =>
  model.includes('*') && !publicName.endsWith('*')
    ? 'the provider’s model has a `*`, so the public name has to end in one'
    : undefined;

/** Says of every key of an item what becomes of it. */
function judge({ entry, params }: Candidate, path: string, verdicts: VerdictTable, { report }: Import): void {
  for (const [name, field] of entry.fields) {
    if (name === 'model_name') report.say(field, maps(path.replace(/\.deployments.*$/, '')));
    else if (name === 'litellm_params') report.open(field, maps(path));
    else if (name === 'model_info') report.open(field, maps(path, 'as far as it tells how to route and price'));
    else report.say(field, unknownKey('LiteLLM looks only at model_name, litellm_params and model_info'));
  }
  for (const [name, field] of params)
    report.say(field, isNothing(field.value) ? EMPTY : (verdictFor(verdicts, name) ?? ofParameter(name)));
  for (const [name, field] of entry.info) {
    const verdict = verdictFor(verdicts, `model_info.${name}`);
    if (name === 'access_groups') report.otherwise(field, differs('is no list of names'));
    else report.say(field, verdict ?? ofFact(name, textOf(field.value)));
  }
}

const ofParameter = (name: string): Verdict =>
  verdictFor(knownParameters, name) ??
  unknownKey('LiteLLM would send it on with each request; Tollgate adds no fields to requests');

function ofFact(name: string, text: string | undefined): Verdict {
  if (name === 'mode') return modeVerdict(text ?? '');
  if (isCapability(name)) return CAPABILITY;
  return verdictFor(knownFacts, name) ?? unknownKey('LiteLLM only shows it among the facts of a model');
}
