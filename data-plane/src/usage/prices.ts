import { overriddenRates, type PriceBook, type PriceOverrideConfig, type Rates } from '@tollgate/schema';
import { matchesPattern } from '../admission/matches-pattern.ts';
import type { ConfigIndex } from '../config/config-index.ts';
import type { Deployment } from '../routing/route.ts';

/** A deployment's models are remembered up to this many, as clients choose those of a wildcard. */
const MODELS_REMEMBERED_MAX = 1_000;

export type Priced = Pick<Deployment, 'providerName' | 'row'>;

export type Prices = {
  /** The rates of a deployment's model at an instant, under the revision in force; undefined if no price is known. */
  ratesFor(deployment: Priced, upstreamModel: string, atMs: number): Rates | undefined;
  /** Forgets what was compiled; called when the configuration changes. */
  reset(): void;
};

type RatesAt = (atMs: number) => Rates | undefined;

/** Puts the price overrides of a revision over a price book: once for a deployment's model, at its first request. */
export function createPrices(index: () => ConfigIndex, priceBook: Pick<PriceBook, 'ratesFor'>): Prices {
  let overrides: readonly Override[] | undefined;
  let compiled = new WeakMap<Priced, (model: string) => RatesAt>();

  function compile({ providerName, row }: Priced): (model: string) => RatesAt {
    overrides ??= overridesOf(index());
    const ofProvider = overrides.filter(
      ({ config: { provider } }) => provider === undefined || provider === providerName,
    );
    return rememberByModel((model) => {
      const known: RatesAt = (atMs) => priceBook.ratesFor(row, model, atMs);
      const matching = ofProvider.filter(({ config }) => matchesPattern(config.model, model));
      return matching.length === 0 ? known : overriding(matching, known);
    });
  }

  return {
    ratesFor(deployment, upstreamModel, atMs) {
      let ofModel = compiled.get(deployment);
      if (ofModel === undefined) {
        ofModel = compile(deployment);
        compiled.set(deployment, ofModel);
      }
      return ofModel(upstreamModel)(atMs);
    },
    reset() {
      overrides = undefined;
      compiled = new WeakMap();
    },
  };
}

type Override = { readonly name: string; readonly config: PriceOverrideConfig };

/** All of them, each before those that it goes before. */
function overridesOf(index: ConfigIndex): readonly Override[] {
  const all = [...index.names('price-override')].flatMap((name): readonly Override[] => {
    const config = index.get('price-override', name);
    return config === undefined ? [] : [{ name, config }];
  });
  return all.sort(byPrecedence);
}

/** That for a provider, then that for the model itself, then the longest pattern, then the one that began last, then by name. */
function byPrecedence(a: Override, b: Override): number {
  return (
    Number(a.config.provider === undefined) - Number(b.config.provider === undefined) ||
    Number(a.config.model.endsWith('*')) - Number(b.config.model.endsWith('*')) ||
    b.config.model.length - a.config.model.length ||
    (b.config.effectiveFromMs ?? 0) - (a.config.effectiveFromMs ?? 0) ||
    (a.name < b.name ? -1 : 1)
  );
}

/** The rates of the first override that holds at an instant; those known where none does. */
function overriding(overrides: readonly Override[], known: RatesAt): RatesAt {
  const periods = overrides.map((override) => ({
    fromMs: override.config.effectiveFromMs ?? Number.NEGATIVE_INFINITY,
    untilMs: override.config.effectiveUntilMs ?? Number.POSITIVE_INFINITY,
    ratesAt: ratesUnder(override, known),
  }));
  return (atMs) => {
    const period = periods.find(({ fromMs, untilMs }) => fromMs <= atMs && atMs < untilMs);
    return (period?.ratesAt ?? known)(atMs);
  };
}

/** Computes them anew only when the known ones are others. */
function ratesUnder({ name, config }: Override, known: RatesAt): RatesAt {
  let last: { readonly base: Rates | undefined; readonly rates: Rates | undefined } | undefined;
  return (atMs) => {
    const base = config.prices === undefined ? known(atMs) : undefined;
    if (last === undefined || last.base !== base) last = { base, rates: overriddenRates(name, config, base) };
    return last.rates;
  };
}

function rememberByModel(find: (model: string) => RatesAt): (model: string) => RatesAt {
  const remembered = new Map<string, RatesAt>();
  return (model) => {
    const known = remembered.get(model);
    if (known !== undefined) return known;
    if (remembered.size >= MODELS_REMEMBERED_MAX) remembered.clear();
    const found = find(model);
    remembered.set(model, found);
    return found;
  };
}
