import { differs, holds, maps, type Verdict } from '../report/verdict.ts';
import type { VerdictTable } from '../report/verdict-table.ts';
import { numberOf } from '../source/scalars.ts';
import type { Aspect, ModelGroup, RoutingSettings } from './group.ts';
import type { ModelEntry } from './model-entries.ts';

const WEIGHT_MAX = 1_000_000;
const ORDER_MAX = 1_000;
/** In this order LiteLLM looks at what the first deployment of a group has, and takes 0 for those that lack it (`router_strategy/simple_shuffle.py`). */
const MEASURES = ['weight', 'rpm', 'tpm'] as const;
type Measure = (typeof MEASURES)[number];

/** The shares of a group's deployments. Other strategies than by weight look at none. */
export function weightsOf({ name, entries, candidates }: ModelGroup, { strategy }: RoutingSettings): Aspect {
  const isWeighted = strategy === 'weighted';
  const measure = !isWeighted ? undefined : MEASURES.find((one) => read(entries[0], one) !== undefined);
  const orders = ordersOf(candidates.map(({ entry }) => read(entry, 'order')));
  const weights = sharesOf(
    candidates.map(({ entry }) => measure && (read(entry, measure) ?? 0)),
    orders,
  );
  return {
    deployments: weights.map((weight, index) => {
      const order = orders[index];
      return { ...(weight !== undefined && { weight }), ...(order !== undefined && { order }) };
    }),
    verdicts: candidates.map((_, index): VerdictTable => {
      const path = `models.${name}.deployments[${index}].weight`;
      const isAlone = candidates.length === 1;
      const verdictOf = (one: Measure) => (isWeighted ? shareVerdict(one, measure, path, isAlone) : UNWEIGHTED);
      const shares = MEASURES.map((one) => [one, verdictOf(one)] as const);
      return { ...Object.fromEntries(shares), ...orderVerdict(name, index, orders[index], isAlone) };
    }),
  };
}

const UNWEIGHTED = holds('the strategy of router_settings does not look at it');

/** Whole shares without a common divisor; none where all are equal. Those of an order without any share it evenly. */
function sharesOf(
  values: readonly (number | undefined)[],
  orders: readonly (number | undefined)[],
): readonly (number | undefined)[] {
  const isShared = (order: number | undefined): boolean =>
    values.some((value, index) => orders[index] === order && (value ?? 1) > 0);
  const shares = reduce(values.map((value, index) => (isShared(orders[index]) ? (value ?? 1) : 1)));
  return shares.every((share) => share === shares[0]) ? shares.map(() => undefined) : shares;
}

function reduce(values: readonly number[]): readonly number[] {
  const divisor = values.every(Number.isSafeInteger) ? values.reduce(greatestCommonDivisor, 0) || 1 : 1;
  const reduced = values.map((value) => Math.max(0, value) / divisor);
  const largest = Math.max(...reduced);
  return largest <= WEIGHT_MAX ? reduced : reduced.map((value) => Math.ceil((value / largest) * WEIGHT_MAX));
}

const greatestCommonDivisor = (a: number, b: number): number =>
  b === 0 ? Math.abs(a) : greatestCommonDivisor(b, a % b);

/** LiteLLM calls the lowest order first, those without one last; none where all have the same, or one that a document does not take. */
function ordersOf(given: readonly (number | undefined)[]): readonly (number | undefined)[] {
  const last = Math.max(...given.map((order) => order ?? 0)) + 1;
  const orders = given.map((order) => order ?? last);
  const isUsable = orders.every((order) => Number.isInteger(order) && order >= 1 && order <= ORDER_MAX);
  return isUsable && new Set(orders).size > 1 ? orders : given.map(() => undefined);
}

function shareVerdict(of: Measure, measure: Measure | undefined, path: string, isAlone: boolean): Verdict {
  if (of === 'weight' && isAlone) return holds('one deployment gets all requests');
  if (of === 'weight' && of === measure) return maps(path);
  if (of === 'weight') return differs(`LiteLLM weighs by ${measure}, which the first deployment has, and not by this`);
  return differs(
    of === measure && !isAlone
      ? `→ ${path}: LiteLLM weighs by it, and so does Tollgate; a limit is \`rateLimits\` of the model`
      : `LiteLLM refuses nothing because of it with these router_settings; a limit is \`rateLimits\` of the model`,
  );
}

function orderVerdict(name: string, index: number, order: number | undefined, isAlone: boolean): VerdictTable {
  if (isAlone) return { order: holds('there is no other deployment') };
  if (order !== undefined) return { order: maps(`models.${name}.deployments[${index}].order`) };
  return {
    order: differs('all deployments are of one order: they have the same, or one is no whole number from 1 on'),
  };
}

function read(entry: ModelEntry | undefined, name: string): number | undefined {
  return numberOf(entry?.params.get(name)?.value);
}
