import { findProviderRow } from '@tollgate/schema';
import { differs, holds, maps, notSupported, type Verdict } from '../report/verdict.ts';
import type { VerdictTable } from '../report/verdict-table.ts';
import type { ConfigEntry, Fields } from '../source/config-node.ts';
import { variableOf } from '../source/environment-reference.ts';
import { isNothing, textOf } from '../source/scalars.ts';
import { isOpenAiItself, toBaseUrl } from './base-url.ts';
import { type Credential, credentialOf } from './credential.ts';
import { mockTarget } from './mock-target.ts';
import type { Prefix } from './prefixes.ts';
import { providerTypeOf } from './provider-type.ts';
import type { Providers } from './providers.ts';

/** Where a deployment of the input goes: a provider of the document and its own name of the model. */
export type Target =
  | {
      readonly ok: true;
      /** LiteLLM's name of the provider, such as `hosted_vllm`. */
      readonly service: string;
      readonly provider: string;
      readonly model: string;
      readonly mock?: { readonly text: string };
      /** Of the parameters that lead there. */
      readonly verdicts: VerdictTable;
    }
  | { readonly ok: false; readonly why: string };

export type TargetContext = {
  readonly providers: Providers;
  /** The value of a variable that is not secret, as it is at import. */
  lookup(variable: string): string | undefined;
};

type Address = { readonly prefix: Prefix; readonly url: string | undefined; readonly verdict: Verdict | undefined };

/** @param fields the parameters, with those of the credential that they name */
export function targetOf(fields: Fields, context: TargetContext): Target {
  const model = readSetting(fields.get('model'), context);
  if (!model.ok) return model;
  if (!isNothing(fields.get('mock_response')?.value)) return mockTarget(fields, context.providers);
  const found = providerTypeOf(model.text, textOf(fields.get('custom_llm_provider')?.value));
  if (!found.ok) return found;
  const address = addressOf(fields, found.prefix, context);
  if ('why' in address) return address;
  const { type, keyVariable } = address.prefix;
  const isOptional = findProviderRow(type)?.apiKey !== 'required';
  const given = credentialOf(fields.get('api_key'), isOptional);
  const implied = given.kind === 'none' && !isOptional && keyVariable !== undefined;
  const credential: Credential = implied ? { kind: 'variable', name: keyVariable } : given;
  const preferredName = textOf(fields.get('litellm_credential_name')?.value);
  const provider = context.providers.find({ type, baseUrl: address.url, credential, preferredName });
  if (!provider.ok) return provider;
  const { name } = provider;
  const note = implied ? `there is no api_key: LiteLLM reads ${keyVariable}, and so does the provider` : '';
  const verdicts = {
    model: maps(`the model ${found.model} of providers.${name}`, note),
    custom_llm_provider: maps(`providers.${name}.type`),
    litellm_credential_name: maps(`providers.${name}`),
    api_key: keyVerdict(given, name, provider.variable),
    ...(address.verdict && { api_base: address.verdict, base_url: address.verdict }),
  };
  return { ok: true, service: found.name, provider: name, model: found.model, verdicts };
}

function addressOf(fields: Fields, prefix: Prefix, context: TargetContext): Address | { ok: false; why: string } {
  const entry = fields.get('api_base') ?? fields.get('base_url');
  const needsAddress = findProviderRow(prefix.type)?.baseUrl === undefined;
  if (entry === undefined || isNothing(entry.value)) {
    if (prefix.defaultBase !== undefined) return { prefix, url: prefix.defaultBase, verdict: undefined };
    return needsAddress
      ? { ok: false, why: 'there is no api_base: LiteLLM reads it from the environment; write it down' }
      : { prefix, url: undefined, verdict: undefined };
  }
  const address = readSetting(entry, context);
  if (!address.ok) return address;
  if (prefix.type === 'openai' && isOpenAiItself(address.text))
    return { prefix, url: undefined, verdict: holds('is the address in the catalogue') };
  const actual = prefix.type === 'openai' ? { ...prefix, type: 'openai-compatible' } : prefix;
  const { url, note } = toBaseUrl(address.text, actual);
  const message = address.variable === undefined ? undefined : `the value of ${address.variable} at import`;
  return { prefix: actual, url, verdict: note ? differs(note) : maps('baseUrl of the provider', message) };
}

type Setting =
  | { readonly ok: true; readonly text: string; readonly variable: string | undefined }
  | { readonly ok: false; readonly why: string };

/** A config document reads nothing but secrets from the environment; other values are written down as they are at import. */
function readSetting(entry: ConfigEntry | undefined, { lookup }: TargetContext): Setting {
  const text = textOf(entry?.value)?.trim();
  if (entry === undefined || text === undefined) return { ok: false, why: 'it names no model' };
  const variable = variableOf(entry.value);
  if (variable === undefined) return { ok: true, text, variable };
  const value = lookup(variable);
  if (value !== undefined) return { ok: true, text: value, variable };
  return {
    ok: false,
    why: `${entry.name} is read from ${variable}: set it where you run the import, or write it down`,
  };
}

function keyVerdict(given: Credential, provider: string, variable: string | undefined): Verdict {
  switch (given.kind) {
    case 'none':
      return holds('is no key: the provider gets none');
    case 'variable':
      return maps(`providers.${provider}.apiKey`, `read from ${given.name}`);
    case 'literal':
      return maps(`providers.${provider}.apiKey`, `the secret itself is not copied: set ${variable} to it`);
    case 'unusable':
      return notSupported(given.why);
    default:
      return given satisfies never;
  }
}
