import type { PriceOverrideConfig } from '../snapshot/node-config.ts';
import { type Rate, type Rates, type Scale, TOKENS_PER_RATE } from './rates.ts';

/** A percentage is exact to this part of it, which its declaration sees to. */
const PARTS_OF_PERCENT = 1_000_000;
const WHOLE = BigInt(100 * PARTS_OF_PERCENT);

/**
 * The rates of a model under a price override: the override's own, else those that are known, with its discount taken off and its
 * margin put on top. Without either nothing is known: a discount on an unknown price is no price.
 */
export function overriddenRates(
  name: string,
  override: PriceOverrideConfig,
  known: Rates | undefined,
): Rates | undefined {
  const rates = override.prices === undefined ? known : ratesOf(override.prices);
  if (rates === undefined) return undefined;
  const scale = scaleOf(override);
  return { ...rates, source: `override:${name}`, ...(scale && { scale }) };
}

type Prices = NonNullable<PriceOverrideConfig['prices']>;

/** A kind that is not declared has no rate, and is charged at its parent's. */
function ratesOf({ input, output, ...others }: Prices): Omit<Rates, 'source'> {
  const known = Object.entries(others).flatMap(([kind, price]) => (price === undefined ? [] : [[kind, rateOf(price)]]));
  return { input: rateOf(input), output: rateOf(output), ...Object.fromEntries(known) };
}

const rateOf = (nanoUsdPerMillion: number): Rate => ({ base: BigInt(nanoUsdPerMillion), tiers: [] });

function scaleOf({ discountPercent = 0, marginPercent = 0 }: PriceOverrideConfig): Scale | undefined {
  if (discountPercent === 0 && marginPercent === 0) return undefined;
  const by = (WHOLE - partsOf(discountPercent)) * (WHOLE + partsOf(marginPercent));
  return { by, per: TOKENS_PER_RATE * WHOLE * WHOLE };
}

const partsOf = (percent: number): bigint => BigInt(Math.round(percent * PARTS_OF_PERCENT));
