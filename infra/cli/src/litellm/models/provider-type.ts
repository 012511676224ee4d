import { findProviderRow } from '@tollgate/schema';
import { compatibleAddresses, otherPrefixes, type Prefix, prefixes } from './prefixes.ts';

/** What LiteLLM's model text means: the provider's type and its own name of the model. */
export type ProviderType =
  | { readonly ok: true; readonly prefix: Prefix; readonly model: string; readonly name: string }
  | { readonly ok: false; readonly why: string };

/** LiteLLM tells these from its list of known models; the list moves, the beginnings of the names do not. */
const BARE_MODELS: readonly (readonly [RegExp, string])[] = [
  [/^(gpt-|chatgpt-|o\d(-|$)|ft:gpt-|text-embedding-|dall-e-|whisper-|tts-|omni-moderation)/, 'openai'],
  [/^claude-/, 'anthropic'],
];

/**
 * @param text such as `openai/gpt-4.1`, `gpt-4.1` or `hosted_vllm/meta-llama/Llama-3`
 * @param stated `custom_llm_provider`, which stands for the prefix
 */
export function providerTypeOf(text: string, stated: string | undefined): ProviderType {
  const [first = '', ...rest] = text.split('/');
  const isPrefixed = rest.length > 0 && (Object.hasOwn(prefixes, first) || otherPrefixes.has(first));
  const name = stated ?? (isPrefixed ? first : BARE_MODELS.find(([pattern]) => pattern.test(text))?.[1]);
  const model = isPrefixed && (stated === undefined || stated === first) ? rest.join('/') : text;
  if (name === undefined) return { ok: false, why: withoutPrefix(text) };
  const prefix = Object.hasOwn(prefixes, name) ? prefixes[name] : catalogueType(name);
  if (prefix === undefined) return { ok: false, why: withoutType(name) };
  const route = /^(responses|converse|batch)\//.exec(model)?.[1];
  if (route !== undefined) return { ok: false, why: `only chat completions are served, not the route \`${route}/\`` };
  return { ok: true, prefix, model, name };
}

function catalogueType(name: string): Prefix | undefined {
  const row = findProviderRow(name) ?? findProviderRow(name.replaceAll('_', '-'));
  return row && { type: row.id };
}

function withoutPrefix(text: string): string {
  return text === '*'
    ? 'LiteLLM takes the provider from each request; declare a model such as `openai/*` for each provider'
    : 'LiteLLM takes the provider from its own list of models; write it before the name, as in `openai/…`';
}

function withoutType(name: string): string {
  const address = compatibleAddresses[name];
  const advice =
    address === undefined
      ? ''
      : `; it speaks OpenAI’s API: declare a provider of type openai-compatible with ${address}`;
  return `the catalogue has no provider type for \`${name}\` yet${advice}`;
}
