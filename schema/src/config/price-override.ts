import { z } from 'zod';
import { instant, notes } from './fields.ts';
import { named } from './marks.ts';
import { modelName } from './name.ts';
import { money } from './quota.ts';
import { reference } from './reference.ts';

const PERCENTAGE_FORM = 'a percentage with at most six decimals';
/** So that it is exact in what is computed with it. */
const percentage = (max: number) =>
  z
    .number()
    .min(0)
    .max(max)
    .refine((percent) => Number(percent.toFixed(6)) === percent, PERCENTAGE_FORM);

const perMillion = (what: string) => money.optional().describe(`USD per million ${what}, such as \`2.50 USD\`.`);

const prices = named(
  'PriceList',
  'What a model costs: USD per million tokens.',
  z.strictObject({
    input: money.describe('USD per million input tokens, such as `2.50 USD`.'),
    output: money.describe('USD per million output tokens, such as `10 USD`.'),
    inputCached: perMillion('input tokens that were read from the provider’s cache'),
    inputCacheWrite: perMillion('input tokens that were written to the provider’s cache'),
    inputCacheWrite1h: perMillion('input tokens that were written to the provider’s cache for an hour'),
    inputAudio: perMillion('input tokens of audio'),
    outputAudio: perMillion('output tokens of audio'),
  }),
);

export const priceOverride = z
  .strictObject({
    provider: reference('provider')
      .optional()
      .describe('The provider that charges so; left out, all that serve the model.'),
    model: modelName.describe('The provider’s own name of the model; may end in `*`.'),
    prices: prices.optional().describe('What it charges, instead of the known prices.'),
    discountPercent: percentage(100)
      .optional()
      .describe('Taken off the price, such as 15 for a contract with the provider.'),
    marginPercent: percentage(1_000).optional().describe('Put on top of the price, such as 20 for what is charged on.'),
    effectiveFrom: instant.optional().describe('From when on it holds; left out, as far back as there is usage.'),
    effectiveUntil: instant.optional().describe('Until when it holds, exclusive; left out, for good.'),
    ...notes,
  })
  .superRefine(({ prices: own, discountPercent, marginPercent, effectiveFrom, effectiveUntil }, context) => {
    if (own === undefined && discountPercent === undefined && marginPercent === undefined) {
      const message = 'changes no price: write prices, discountPercent or marginPercent';
      context.addIssue({ code: 'custom', message });
    }
    if (
      effectiveFrom !== undefined &&
      effectiveUntil !== undefined &&
      Date.parse(effectiveUntil) <= Date.parse(effectiveFrom)
    ) {
      const message = `should be after effectiveFrom, which is ${effectiveFrom}`;
      context.addIssue({ code: 'custom', path: ['effectiveUntil'], message });
    }
  })
  .describe(
    'What a provider’s model costs, where the price list does not say so. Of several that a request meets one holds: that which names the provider, then that which names the model itself, then the longest pattern, then that which began last.',
  );
