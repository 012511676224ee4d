import type { EntityKind } from '../config/entity-kind.ts';
import type { Specs } from '../config/kinds.ts';
import { type NanoUsd, parseMoney } from '../money.ts';
import { parseQuantity } from '../quantity.ts';
import { parseWindow, type Window } from '../window.ts';
import type { NodeQuota, QuotaUnit } from './node-quota.ts';
import { quotaId } from './quota-id.ts';

/** A quota as its entity declares it, read. Amounts are whole numbers of its unit. */
export type DeclaredQuota = {
  readonly id: string;
  readonly unit: QuotaUnit;
  readonly limit: number;
  readonly softLimit: number | undefined;
  /** More than the limit, until then (milliseconds since 1970). */
  readonly increase: { readonly by: number; readonly untilMs: number } | undefined;
  /** Undefined for `concurrent`, which counts what is under way. */
  readonly window: Window | undefined;
  readonly timezone: string;
  readonly model: string | undefined;
  readonly mode: 'enforce' | 'shadow' | undefined;
  readonly onOutage: 'refuse' | 'allow' | undefined;
  readonly hardStop: boolean | undefined;
};

type Budget = NonNullable<Specs['team']['budgets']>[number];
type RateLimit = NonNullable<Specs['team']['rateLimits']>[number];

/** The quotas that an entity declares: its own list, or itself if it is a budget or a rate limit with a name. */
export function declaredQuotas<Kind extends EntityKind>(
  kind: Kind,
  name: string,
  spec: Specs[Kind],
): readonly DeclaredQuota[] {
  if (kind === 'budget') return [readBudget(kind, name, spec as Specs['budget'])];
  if (kind === 'rate-limit') return [readRateLimit(kind, name, spec as Specs['rate-limit'])];
  const { budgets = [], rateLimits = [] } = spec as {
    readonly budgets?: readonly Budget[] | undefined;
    readonly rateLimits?: readonly RateLimit[] | undefined;
  };
  return [
    ...budgets.map((budget) => readBudget(kind, name, budget)),
    ...rateLimits.map((rateLimit) => readRateLimit(kind, name, rateLimit)),
  ];
}

/** What nodes need of it. */
export const toNodeQuota = ({
  id,
  unit,
  limit,
  softLimit,
  model,
  mode,
  onOutage,
  hardStop,
}: DeclaredQuota): NodeQuota => ({
  id,
  unit,
  limit,
  softLimit,
  model,
  mode,
  onOutage,
  hardStop,
});

/** The quotas of an entity as nodes need them; undefined if it has none. */
export function nodeQuotasOf<Kind extends EntityKind>(
  kind: Kind,
  name: string,
  spec: Specs[Kind],
): NodeQuota[] | undefined {
  const quotas = declaredQuotas(kind, name, spec).map(toNodeQuota);
  return quotas.length > 0 ? quotas : undefined;
}

function readBudget(kind: EntityKind, name: string, budget: Budget): DeclaredQuota {
  return {
    ...readTerms(kind, name, 'nano_usd', budget),
    limit: moneyOf(budget.limit),
    softLimit: budget.softLimit === undefined ? undefined : moneyOf(budget.softLimit),
    increase: budget.increase && { by: moneyOf(budget.increase.by), untilMs: Date.parse(budget.increase.until) },
    hardStop: budget.hardStop,
  };
}

function readRateLimit(kind: EntityKind, name: string, rateLimit: RateLimit): DeclaredQuota {
  const { unit } = quantityOf(rateLimit.limit);
  const { increase } = rateLimit;
  return {
    ...readTerms(kind, name, unit, rateLimit),
    limit: quantityOf(rateLimit.limit).count,
    softLimit: undefined,
    increase: increase && { by: quantityOf(increase.by).count, untilMs: Date.parse(increase.until) },
    hardStop: undefined,
  };
}

function readTerms(kind: EntityKind, name: string, unit: QuotaUnit, terms: Budget | RateLimit) {
  const { window, timezone, model, mode, onOutage } = terms;
  return {
    id: quotaId(kind, name, { unit, window, timezone, model }),
    unit,
    window: window === undefined ? undefined : parseWindow(window),
    timezone: timezone ?? 'UTC',
    model,
    mode,
    onOutage,
  };
}

/** What is stored was checked when it was declared. */
function moneyOf(text: string): NanoUsd {
  const amount = parseMoney(text);
  if (amount === undefined) throw new RangeError(`${text} is no amount of money`);
  return amount;
}

function quantityOf(text: string) {
  const quantity = parseQuantity(text);
  if (quantity === undefined) throw new RangeError(`${text} is no count with a unit`);
  return quantity;
}
