import { z } from 'zod';
import { parseMoney } from '../money.ts';
import { parseQuantity } from '../quantity.ts';
import { isTimeZone, parseWindow } from '../window.ts';
import { instant } from './fields.ts';
import { named } from './marks.ts';
import { modelPattern } from './reference.ts';

const MONEY_FORM = 'an amount such as 25 USD or 0.05 USD';
export const money = z.string(MONEY_FORM).refine((text) => parseMoney(text) !== undefined, MONEY_FORM);

const QUANTITY_FORM = 'a count with its unit, such as 600 requests, 500000 tokens or 10 concurrent';
const quantity = z.string(QUANTITY_FORM).refine((text) => parseQuantity(text) !== undefined, QUANTITY_FORM);

const WINDOW_FORM = 'minute, hour, day, week, month, lifetime, or a duration such as 30d (at least 1s)';
const window = z.string(WINDOW_FORM).refine((text) => parseWindow(text) !== undefined, WINDOW_FORM);

const ZONE_FORM = 'a time zone such as Europe/Berlin or UTC';

const temporary = <Amount extends z.ZodType>(amount: Amount) =>
  z.strictObject({
    by: amount.describe('How much more there is, in the unit of the limit.'),
    until: instant.describe('From when on the limit holds again as it is.'),
  });

/** What budgets and rate limits have in common. */
const terms = {
  model: modelPattern
    .optional()
    .describe('Only requests for this model, alias or wildcard such as `openai/*` count; left out, all do.'),
  timezone: z
    .string(ZONE_FORM)
    .max(64)
    .refine(isTimeZone, ZONE_FORM)
    .optional()
    .describe('The time zone whose days and months are meant; UTC if left out. Only for windows of the calendar.'),
  mode: named('QuotaMode', 'Whether a quota refuses or only counts.', z.enum(['enforce', 'shadow']))
    .optional()
    .describe('`enforce`, which holds if left out, refuses what goes beyond; `shadow` only counts it.'),
  onOutage: named('QuotaOutage', 'What holds while a quota cannot be asked for.', z.enum(['refuse', 'allow']))
    .optional()
    .describe('What a node does once it can neither ask for more nor has any left; `refuse` if left out.'),
};

export const budgetTerms = {
  limit: money.describe('How much may be spent in a window, such as `25 USD`.'),
  window: window.describe(
    'How long spending adds up: `minute`, `hour`, `day`, `week`, `month` (of the calendar), `lifetime`, or the last `30d`.',
  ),
  increase: named('BudgetIncrease', 'More than the limit, for a while.', temporary(money))
    .optional()
    .describe('More than the limit until an instant.'),
  softLimit: money.optional().describe('Spending that is told of but not refused; below `limit`.'),
  hardStop: z
    .boolean()
    .optional()
    .describe('Whether a stream that can get no more is ended; left out, it runs to its end.'),
  ...terms,
};

export const rateLimitTerms = {
  limit: quantity.describe(
    'How much may be asked for in a window: `600 requests`, `500000 tokens` or `10 concurrent`.',
  ),
  increase: named('RateLimitIncrease', 'More than the limit, for a while.', temporary(quantity))
    .optional()
    .describe('More than the limit until an instant.'),
  window: window
    .optional()
    .describe('How long it adds up, as that of a budget; left out for `concurrent`, needed for all others.'),
  ...terms,
};

type Context = z.core.$RefinementCtx;
type Terms = {
  readonly window?: string | undefined;
  readonly timezone?: string | undefined;
  readonly model?: string | undefined;
};
type BudgetTerms = Terms & {
  readonly limit: string;
  readonly softLimit?: string | undefined;
  readonly hardStop?: boolean | undefined;
  readonly mode?: 'enforce' | 'shadow' | undefined;
};
type RateLimitTerms = Terms & { readonly limit: string; readonly increase?: { readonly by: string } | undefined };

/** What contradicts itself within a budget. */
export function checkBudget(budget: BudgetTerms, context: Context): void {
  checkTimezone(budget, context);
  const [limit, softLimit] = [parseMoney(budget.limit), parseMoney(budget.softLimit ?? '')];
  if (limit !== undefined && softLimit !== undefined && softLimit >= limit) {
    refuse(context, 'softLimit', `should be below the limit, which is ${budget.limit}`);
  }
  if (budget.hardStop && budget.mode === 'shadow') {
    refuse(context, 'hardStop', 'contradicts mode: shadow, which stops nothing; leave one of them out');
  }
}

/** What contradicts itself within a rate limit. */
export function checkRateLimit(rateLimit: RateLimitTerms, context: Context): void {
  checkTimezone(rateLimit, context);
  const isConcurrent = parseQuantity(rateLimit.limit)?.unit === 'concurrent';
  if (isConcurrent && rateLimit.window !== undefined) {
    refuse(context, 'window', 'requests at the same time are counted without a window; leave it out');
  }
  if (!isConcurrent && rateLimit.window === undefined) {
    refuse(context, 'window', `is missing: ${rateLimit.limit} in which time? Write ${WINDOW_FORM}`);
  }
  const [unit, more] = [parseQuantity(rateLimit.limit)?.unit, parseQuantity(rateLimit.increase?.by ?? '')?.unit];
  if (more !== undefined && unit !== undefined && more !== unit) {
    refuse(context, 'increase', `counts ${more} where the limit counts ${unit}`);
  }
}

function checkTimezone({ window: text, timezone }: Terms, context: Context): void {
  if (timezone === undefined || text === undefined || parseWindow(text)?.kind === 'calendar') return;
  refuse(context, 'timezone', `means nothing for the window ${text}, which does not follow the calendar; leave it out`);
}

const refuse = (context: Context, field: string, message: string): void =>
  context.addIssue({ code: 'custom', path: [field], message });

const inlineBudget = named(
  'InlineBudget',
  'A budget of the entity that it stands in.',
  z.strictObject(budgetTerms).superRefine(checkBudget),
);

const inlineRateLimit = named(
  'InlineRateLimit',
  'A rate limit of the entity that it stands in.',
  z.strictObject(rateLimitTerms).superRefine(checkRateLimit),
);

const QUOTAS_MAX = 20;

/** The quotas of an entity, each with a window of its own. */
export const quotas = {
  budgets: z
    .array(inlineBudget)
    .max(QUOTAS_MAX)
    .superRefine(refuseTwins)
    .optional()
    .describe('How much may be spent on it.'),
  rateLimits: z
    .array(inlineRateLimit)
    .max(QUOTAS_MAX)
    .superRefine(refuseTwins)
    .optional()
    .describe('How much may be asked for of it.'),
};

/** Of two quotas for the same in the same window, only the smaller could ever matter. */
function refuseTwins(all: readonly (Terms & { readonly limit: string })[], context: Context): void {
  const seen = new Map<string, number>();
  for (const [index, { limit, window: text, timezone, model }] of all.entries()) {
    const key = [parseQuantity(limit)?.unit ?? 'money', text, timezone, model].join(' ');
    const first = seen.get(key);
    if (first === undefined) seen.set(key, index);
    else {
      const message = `counts the same in the same window as number ${first + 1} of this list; leave one of them out`;
      context.addIssue({ code: 'custom', path: [index], message });
    }
  }
}
