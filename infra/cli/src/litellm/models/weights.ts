import { differs, holds, maps, notSupported, type Verdict } from '../report/verdict.ts';
import type { VerdictTable } from '../report/verdict-table.ts';
import { numberOf } from '../source/scalars.ts';
import type { Aspect, ModelGroup } from './group.ts';
import type { ModelEntry } from './model-entries.ts';

const WEIGHT_MAX = 1_000_000;
/** In this order LiteLLM looks at what the first deployment of a group has, and takes 0 for those that lack it (`router_strategy/simple_shuffle.py`). */
const MEASURES = ['weight', 'rpm', 'tpm'] as const;
type Measure = (typeof MEASURES)[number];

/** The shares of a group's deployments. */
export function weightsOf({ name, entries, candidates }: ModelGroup): Aspect {
  const measure = MEASURES.find((one) => read(entries[0], one) !== undefined);
  const orders = candidates.map(({ entry }) => read(entry, 'order'));
  const isFirst = firstTier(orders);
  const weights = sharesOf(
    candidates.map(({ entry }) => measure && (read(entry, measure) ?? 0)),
    isFirst,
  );
  return {
    deployments: weights.map((weight) => (weight === undefined ? {} : { weight })),
    verdicts: candidates.map((_, index): VerdictTable => {
      const path = `models.${name}.deployments[${index}].weight`;
      const isAlone = candidates.length === 1;
      const shares = MEASURES.map((one) => [one, shareVerdict(one, measure, path, isAlone)] as const);
      return { ...Object.fromEntries(shares), ...orderVerdict(isFirst[index], isAlone) };
    }),
  };
}

/** Whole shares without a common divisor; none where all are equal or a deployment is alone. */
function sharesOf(
  values: readonly (number | undefined)[],
  isFirst: readonly boolean[],
): readonly (number | undefined)[] {
  const inTier = values.map((value, index) => (isFirst[index] ? (value ?? 1) : 0));
  const usable = inTier.some((value) => value > 0) ? inTier : isFirst.map(Number);
  const shares = reduce(usable);
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

/** LiteLLM calls the lowest order first, those without one last. */
function firstTier(orders: readonly (number | undefined)[]): readonly boolean[] {
  const lowest = Math.min(...orders.map((order) => order ?? Number.POSITIVE_INFINITY));
  return orders.map((order) => (order ?? Number.POSITIVE_INFINITY) === lowest);
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

function orderVerdict(isFirst: boolean | undefined, isAlone: boolean): VerdictTable {
  if (isAlone) return { order: holds('there is no other deployment') };
  const message = isFirst
    ? 'is not converted yet: this deployment is among the first'
    : 'is not converted yet: this deployment has weight 0, and can be given its `order` instead';
  return { order: notSupported(message) };
}

function read(entry: ModelEntry | undefined, name: string): number | undefined {
  return numberOf(entry?.params.get(name)?.value);
}
