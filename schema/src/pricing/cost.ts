import { type NanoUsd, toNanoUsd } from '../money.ts';
import type { TokenUsage } from '../usage/token-usage.ts';
import { type Rate, type Rates, rateFor, type Scale, TOKENS_PER_RATE } from './rates.ts';

const UNSCALED: Scale = Object.freeze({ by: 1n, per: TOKENS_PER_RATE });
const COST_MAX = BigInt(Number.MAX_SAFE_INTEGER);

/**
 * What a request costs: the exact sum over all kinds of tokens, rounded once, half up, to whole nano-USD.
 * Kinds that overlap their parent (cached, audio) are taken out of it first; a provider that reports more of a kind than
 * its parent holds is charged for the kind, never less than nothing for the rest. A price may be declared so high that the
 * cost is more than money can say exactly, 9,007,199 USD; it is then charged as that, for a request has to be settled.
 */
export function costNanoUsd(usage: TokenUsage, rates: Rates): NanoUsd {
  const plainInput = Math.max(
    0,
    usage.input - usage.inputCached - usage.inputCacheWrite - usage.inputCacheWrite1h - usage.inputAudio,
  );
  const plainOutput = Math.max(0, usage.output - usage.outputAudio);
  const price = (tokens: number, rate: Rate): bigint =>
    tokens === 0 ? 0n : BigInt(tokens) * rateFor(rate, usage.input);
  const cacheWrite = rates.inputCacheWrite ?? rates.input;
  const total =
    price(plainInput, rates.input) +
    price(usage.inputCached, rates.inputCached ?? rates.input) +
    price(usage.inputCacheWrite, cacheWrite) +
    price(usage.inputCacheWrite1h, rates.inputCacheWrite1h ?? cacheWrite) +
    price(usage.inputAudio, rates.inputAudio ?? rates.input) +
    price(plainOutput, rates.output) +
    price(usage.outputAudio, rates.outputAudio ?? rates.output);
  const { by, per } = rates.scale ?? UNSCALED;
  const cost = (total * by + per / 2n) / per;
  return toNanoUsd(cost < COST_MAX ? cost : COST_MAX);
}
