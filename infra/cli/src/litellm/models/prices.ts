import { amountOf } from '../money.ts';
import { stored } from '../report/stored.ts';
import { notSupported, type Verdict } from '../report/verdict.ts';
import type { VerdictTable } from '../report/verdict-table.ts';
import type { Candidate } from './group.ts';

/** Prices of LiteLLM are of a token, in USD; ours of a million. */
const MILLION_SHIFT = 6;

/** Fields of a price override, by the parameter that they come from. */
const FIELDS: Readonly<Record<string, string>> = Object.freeze({
  input_cost_per_token: 'input',
  output_cost_per_token: 'output',
  cache_read_input_token_cost: 'inputCached',
  cache_creation_input_token_cost: 'inputCacheWrite',
  cache_creation_input_token_cost_above_1hr: 'inputCacheWrite1h',
  input_cost_per_audio_token: 'inputAudio',
  output_cost_per_audio_token: 'outputAudio',
});

/** Prices of something else: seconds, images, tiers, priorities. */
const OTHER_PRICE =
  /^(input|output|cache|citation|search_context|tiered|annotation|code_interpreter|ocr)_\w*(cost|pricing)\w*$/;

export type PriceOverride = {
  readonly provider: string;
  readonly model: string;
  readonly prices: Readonly<Record<string, string>>;
};
export type FoundPrices = { readonly override?: PriceOverride; readonly verdicts: VerdictTable };

/** The prices that an item states, in `litellm_params`, which LiteLLM prefers, or `model_info`. */
export function pricesOf({ entry, params, target }: Candidate, name: string): FoundPrices {
  const stated = [...entry.info].map(([key, value]) => [`model_info.${key}`, key, value] as const);
  const all = [...stated, ...[...params].map(([key, value]) => [key, key, value] as const)];
  const known = all.filter(([, key]) => Object.hasOwn(FIELDS, key));
  const others = all.filter(([, key]) => !Object.hasOwn(FIELDS, key) && OTHER_PRICE.test(key));
  const prices = Object.fromEntries(
    known.flatMap(([, key, { value }]) => {
      const amount = amountOf(value, MILLION_SHIFT);
      return amount === undefined ? [] : [[FIELDS[key] ?? key, `${amount} USD`]];
    }),
  );
  const isWhole = prices['input'] !== undefined && prices['output'] !== undefined;
  const verdicts = Object.fromEntries([
    ...others.map(([id]) => [id, notSupported('prices are of tokens: input, output, cached, and of audio')] as const),
    ...known.map(([id, key]) => [id, verdictOf(FIELDS[key] ?? key, prices, name)] as const),
  ]);
  return isWhole ? { override: { provider: target.provider, model: target.model, prices }, verdicts } : { verdicts };
}

function verdictOf(field: string, prices: Readonly<Record<string, string>>, name: string): Verdict {
  if (prices[field] === undefined)
    return notSupported('is no price in USD with at most nine decimals for a million tokens');
  if (prices['input'] === undefined || prices['output'] === undefined)
    return notSupported('a price has both input_cost_per_token and output_cost_per_token');
  return stored('price-override', undefined, `priceOverrides.${name}.prices.${field}`, 'USD for a million tokens');
}
