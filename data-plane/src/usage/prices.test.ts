import { findProviderRow, type PriceBook, type PriceOverrideConfig, type Rates } from '@tollgate/schema';
import { describe, expect, test } from 'vitest';
import { createConfigIndex } from '../config/config-index.ts';
import { createPrices } from './prices.ts';

const row = findProviderRow('vllm');
if (row === undefined) throw new Error('no row vllm');
const prices = (input: number) => ({ input, output: 0 });

/** Prices of overrides over a list that knows `listed` alone; counts what is asked of the list. */
function pricesWith(overrides: Readonly<Record<string, PriceOverrideConfig>>) {
  let asked = 0;
  const listed: Rates = { source: 'list', input: { base: 100n, tiers: [] }, output: { base: 0n, tiers: [] } };
  const priceBook: Pick<PriceBook, 'ratesFor'> = {
    ratesFor(_row, model) {
      asked += 1;
      return model === 'listed' ? listed : undefined;
    },
  };
  const index = createConfigIndex();
  const put = (id: string, value: PriceOverrideConfig) => index.put({ kind: 'price-override', id, value });
  for (const [id, value] of Object.entries(overrides)) put(id, value);
  const deployment = { providerName: 'p', row: row as NonNullable<typeof row> };
  const created = createPrices(() => index, priceBook);
  return {
    ...created,
    put,
    deployment,
    asked: () => asked,
    sourceOf: (model: string, { atMs = 0, provider = 'p' } = {}) =>
      created.ratesFor(provider === 'p' ? deployment : { ...deployment, providerName: provider }, model, atMs)?.source,
  };
}

describe('which override holds', () => {
  test.each([
    ['listed', 'p', 'list'],
    ['unlisted', 'p', undefined],
    ['gpt', 'p', 'override:exact'],
    ['gpt', 'other', 'override:of-all'],
    ['gpt-4-mini', 'p', 'override:longest'],
    ['gpt-5', 'p', 'override:longer'],
    ['claude', 'p', undefined],
  ])('of %s at %s: %s', (model, provider, expected) => {
    const { sourceOf } = pricesWith({
      'of-all': { model: 'gpt*', prices: prices(1) },
      longer: { provider: 'p', model: 'gpt-*', prices: prices(1) },
      longest: { provider: 'p', model: 'gpt-4-*', prices: prices(1) },
      exact: { provider: 'p', model: 'gpt', prices: prices(1) },
      elsewhere: { provider: 'third', model: '*', prices: prices(1) },
    });
    expect(sourceOf(model, { provider })).toBe(expected);
  });

  test('one for the provider goes before one for the model, and the name decides at last', () => {
    const first = {
      'a-model': { model: 'gpt', prices: prices(1) },
      wide: { provider: 'p', model: '*', prices: prices(1) },
    };
    expect(pricesWith(first).sourceOf('gpt')).toBe('override:wide');
    const twins = { b: { model: 'gpt', prices: prices(1) }, a: { model: 'gpt', prices: prices(1) } };
    expect(pricesWith(twins).sourceOf('gpt')).toBe('override:a');
  });

  test('it holds from its start until before its end; of two that hold, that which began last', () => {
    const { sourceOf } = pricesWith({
      always: { model: 'gpt', prices: prices(1) },
      summer: { model: 'gpt', prices: prices(1), effectiveFromMs: 100, effectiveUntilMs: 200 },
      ended: { model: 'listed', prices: prices(1), effectiveUntilMs: 100 },
    });
    const at = (atMs: number) => sourceOf('gpt', { atMs });
    expect([99, 100, 199, 200].map(at)).toEqual(
      ['always', 'summer', 'summer', 'always'].map((name) => `override:${name}`),
    );
    expect([99, 100].map((atMs) => sourceOf('listed', { atMs }))).toEqual(['override:ended', 'list']);
  });
});

describe('what is compiled', () => {
  test('is the same for each request of a revision, and needs no list if the override has prices of its own', () => {
    const { ratesFor, deployment, asked } = pricesWith({ own: { model: 'gpt', prices: prices(7) } });
    const rates = ratesFor(deployment, 'gpt', 0);
    expect(rates?.input.base).toBe(7n);
    expect(ratesFor(deployment, 'gpt', 1)).toBe(rates);
    expect(asked()).toBe(0);
  });

  test('a discount is computed anew only when the listed price is another', () => {
    const { ratesFor, deployment } = pricesWith({ off: { model: 'listed', discountPercent: 50 } });
    const rates = ratesFor(deployment, 'listed', 0);
    expect(rates).toMatchObject({ source: 'override:off', input: { base: 100n } });
    expect(ratesFor(deployment, 'listed', 1)).toBe(rates);
    expect(ratesFor(deployment, 'unlisted', 0)).toBeUndefined();
  });

  test('holds until the configuration changes', () => {
    const { put, reset, sourceOf } = pricesWith({});
    expect(sourceOf('listed')).toBe('list');
    put('new', { model: 'listed', prices: prices(1) });
    reset();
    expect(sourceOf('listed')).toBe('override:new');
  });
});
