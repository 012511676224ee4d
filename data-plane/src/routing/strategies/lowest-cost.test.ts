import { costNanoUsd, NO_TOKENS, type PriceOverrideConfig } from '@tollgate/schema';
import { createPriceBook } from '@tollgate/schema/price-book';
import { expect, test } from 'vitest';
import { createConfigIndex } from '../../config/config-index.ts';
import { createPrices } from '../../usage/prices.ts';
import { createRouter } from '../router.ts';
import { selectFirst } from '../select.ts';
import { expectedInput, expectedOutput } from './expected-tokens.ts';
import { requestOf } from './simulated-fleet.ts';

const HOUR_MS = 3_600_000;
/** Nano-USD for a million tokens. */
const priced = (usd: number) => ({ prices: { input: usd * 1e9, output: usd * 1e9 } });

/** A dear and a cheap model as price lists have them, and one that they do not know, each at a provider of its own. */
function open(overrides: Readonly<Record<string, PriceOverrideConfig>>) {
  const index = createConfigIndex();
  const providers = { dear: 'gpt-4o', cheap: 'gpt-4o-mini', unlisted: 'own-model' };
  for (const id of Object.keys(providers)) index.put({ kind: 'provider', id, value: { type: 'openai' } });
  const deployments = Object.entries(providers).map(([name, model]) => ({ name, provider: name, model, weight: 1 }));
  index.put({ kind: 'model', id: 'm', value: { deployments, routing: { strategy: 'lowest-cost' } } });
  for (const [id, value] of Object.entries(overrides)) index.put({ kind: 'price-override', id, value });
  const prices = createPrices(() => index, createPriceBook());
  const route = createRouter(
    () => index,
    () => undefined,
    { prices },
  ).resolve('m');
  if (route === undefined) throw new Error('no route');
  const request = requestOf();
  const { deployment } = selectFirst(route, { request, mayUse: () => true, random: 0, nowMs: 1 });
  const usage = { ...NO_TOKENS, input: expectedInput(request.chat), output: expectedOutput(request.chat) };
  const charges = route.tiers[0].deployments.map((one) => {
    const rates = prices.ratesFor(one, one.upstreamModel, Date.now());
    return { name: one.name, charge: rates ? costNanoUsd(usage, rates) : Number.POSITIVE_INFINITY };
  });
  return { chosen: deployment.name, charges };
}

test.each<[string, Readonly<Record<string, PriceOverrideConfig>>, string]>([
  ['nothing declared', {}, 'cheap'],
  ['a price for the model itself', { o: { provider: 'dear', model: 'gpt-4o', ...priced(0.001) } }, 'dear'],
  ['a price for a pattern', { o: { provider: 'dear', model: 'gpt-*', ...priced(0.001) } }, 'dear'],
  ['a price for all of a provider', { o: { provider: 'dear', model: '*', ...priced(0) } }, 'dear'],
  ['a price for what no list knows', { o: { model: 'own-model', ...priced(0.001) } }, 'unlisted'],
  ['a discount', { o: { provider: 'dear', model: 'gpt-4o', discountPercent: 99.9 } }, 'dear'],
  ['a margin', { o: { provider: 'cheap', model: '*', marginPercent: 10_000 } }, 'dear'],
  [
    'a price that is over',
    { o: { provider: 'dear', model: '*', ...priced(0), effectiveUntilMs: Date.now() - HOUR_MS } },
    'cheap',
  ],
  [
    'a price that is to come',
    { o: { provider: 'dear', model: '*', ...priced(0), effectiveFromMs: Date.now() + HOUR_MS } },
    'cheap',
  ],
  [
    'one that goes before another',
    { wide: { model: '*', ...priced(5) }, own: { provider: 'unlisted', model: '*', ...priced(4) } },
    'unlisted',
  ],
])('under %s the one that will be charged least is chosen', (_, overrides, expected) => {
  const { chosen, charges } = open(overrides);
  expect(chosen).toBe(expected);
  expect(charges.toSorted((one, other) => one.charge - other.charge)[0]?.name).toBe(expected);
});
