import { calcPrice, type ModelPrice } from '@pydantic/genai-prices';
import manifest from '../../package.json' with { type: 'json' };
import type { ProviderRow } from '../catalogue/provider-row.ts';
import { parseUsd } from '../money.ts';
import type { Rate, Rates } from './rates.ts';

/** The pinned version says which prices these are. */
const PRICE_SOURCE = `genai-prices@${manifest.dependencies['@pydantic/genai-prices']}`;
/** Of one provider, as clients choose the models of a wildcard. */
const MODELS_REMEMBERED_MAX = 10_000;
/** Prices have dates of effect and hours of the day; a compiled rate is looked up anew after this time. */
const REMEMBERED_MS = 60_000;

export type PriceBook = {
  /** The rates of a provider's model at an instant, or undefined if no price is known: such a request is 'unpriced'. */
  ratesFor(provider: ProviderRow, model: string, nowMs: number): Rates | undefined;
  /** How many tokens a provider's model takes; undefined if that is not known. */
  contextTokens(provider: ProviderRow, model: string, nowMs: number): number | undefined;
};

type Known = { readonly rates: Rates | undefined; readonly contextTokens: number | undefined };
type Remembered = Known & { readonly untilMs: number };

/** Compiles rates from the catalogue row's own prices, else from genai-prices, and keeps those of at most 10,000 models of a provider. */
export function createPriceBook(): PriceBook {
  const ofProviders = new WeakMap<ProviderRow, Map<string, Remembered>>();

  function lookUp(provider: ProviderRow, model: string, nowMs: number): Known {
    let models = ofProviders.get(provider);
    if (models === undefined) {
      models = new Map();
      ofProviders.set(provider, models);
    }
    const remembered = models.get(model);
    if (remembered !== undefined && nowMs < remembered.untilMs) return remembered;
    const rates = flatRates(provider);
    const known = rates === undefined ? fromSource(provider, model, nowMs) : { rates, contextTokens: undefined };
    if (models.size >= MODELS_REMEMBERED_MAX) models.clear();
    models.set(model, { ...known, untilMs: nowMs + REMEMBERED_MS });
    return known;
  }

  return {
    ratesFor: (provider, model, nowMs) => lookUp(provider, model, nowMs).rates,
    contextTokens: (provider, model, nowMs) => lookUp(provider, model, nowMs).contextTokens,
  };
}

function flatRates({ id, prices }: ProviderRow): Rates | undefined {
  if (!prices) return undefined;
  const [input, output] = [toRate(prices.inputPerMillion), toRate(prices.outputPerMillion)];
  return input && output ? { source: `catalogue:${id}`, input, output } : undefined;
}

function fromSource({ priceSourceId }: ProviderRow, model: string, nowMs: number): Known {
  const found =
    priceSourceId === undefined
      ? undefined
      : calcPrice({}, model, { providerId: priceSourceId, timestamp: new Date(nowMs) });
  return {
    rates: found?.model_price && compileRates(found.model_price, PRICE_SOURCE),
    contextTokens: found?.model.context_window,
  };
}

/** Reads the fields of a genai-prices model price that are per million tokens (`…_mtok`). */
export function compileRates(price: ModelPrice, source: string): Rates | undefined {
  const [input, output] = [toRate(price['input_mtok']), toRate(price['output_mtok'])];
  if (!input || !output) return undefined;
  const optional = {
    inputCached: toRate(price['cache_read_mtok']),
    inputCacheWrite: toRate(price['cache_write_mtok']),
    inputCacheWrite1h: toRate(price['cache_write_1h_mtok']),
    inputAudio: toRate(price['input_audio_mtok']),
    outputAudio: toRate(price['output_audio_mtok']),
  };
  const known = Object.fromEntries(Object.entries(optional).filter(([, rate]) => rate !== undefined));
  return { source, input, output, ...known };
}

function toRate(price: ModelPrice[string] | string): Rate | undefined {
  if (price === undefined) return undefined;
  if (typeof price === 'object') {
    const tiers = price.tiers.map(({ start, price: tierPrice }) => ({
      inputTokensAbove: start,
      rate: perMillion(tierPrice),
    }));
    return { base: perMillion(price.base), tiers: tiers.sort((a, b) => a.inputTokensAbove - b.inputTokensAbove) };
  }
  return { base: perMillion(price), tiers: [] };
}

/** Prices come as short decimals; their text is exact where the binary number is not. */
function perMillion(usd: number | string): bigint {
  const text = typeof usd === 'string' ? usd : usd.toFixed(9);
  const nano = parseUsd(text);
  if (nano === undefined) throw new RangeError(`${text} is no price in USD`);
  return BigInt(nano);
}
