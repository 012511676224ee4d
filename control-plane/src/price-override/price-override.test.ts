import { expect, test } from 'vitest';
import { priceOverrideDefinition } from './price-override.definition.ts';

test('nodes get prices in nano-USD and instants in milliseconds, and nothing for what is left out', () => {
  const spec = {
    model: 'gpt-*',
    prices: { input: '2.50 USD', output: '10 USD' },
    effectiveFrom: '1970-01-01T02:00:01+02:00',
    description: 'contract',
  };
  const item = priceOverrideDefinition.toItem('x', { spec });
  expect(JSON.parse(JSON.stringify(item))).toEqual({
    kind: 'price-override',
    id: 'x',
    value: { model: 'gpt-*', prices: { input: 2_500_000_000, output: 10_000_000_000 }, effectiveFromMs: 1_000 },
  });
});
