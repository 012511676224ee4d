import { type PriceOverrideConfig, parseMoney, type Specs } from '@tollgate/schema';
import { defineEntity } from '../aggregate/entity-definition.ts';

export const priceOverrideDefinition = defineEntity('price-override', {
  toItem: (id, { spec }) => ({
    kind: 'price-override',
    id,
    value: {
      provider: spec.provider,
      model: spec.model,
      prices: spec.prices && toNanoUsd(spec.prices),
      discountPercent: spec.discountPercent,
      marginPercent: spec.marginPercent,
      effectiveFromMs: toMs(spec.effectiveFrom),
      effectiveUntilMs: toMs(spec.effectiveUntil),
    },
  }),
});

type Prices = NonNullable<Specs['price-override']['prices']>;

/** All amounts are money, by the schema that they were declared with; one that is left out stays so. */
function toNanoUsd(prices: Prices): PriceOverrideConfig['prices'] {
  const amounts = Object.entries(prices).map(([tokens, amount]) => [tokens, parseMoney(amount ?? '')]);
  return Object.fromEntries(amounts) as PriceOverrideConfig['prices'];
}

const toMs = (instant: string | undefined): number | undefined =>
  instant === undefined ? undefined : Date.parse(instant);
