import { amountOf } from './money.ts';
import type { ConfigEntry } from './source/config-node.ts';
import { isNothing, textOf } from './source/scalars.ts';

/** A budget of a config document. */
export type ImportedBudget = { readonly limit: string; readonly window: string };

export type ReadBudget =
  | { readonly ok: true; readonly budget: ImportedBudget }
  | { readonly ok: false; readonly why: string };

/** How windows compare, for the report. */
export const BUDGET_DIFFERENCE =
  'LiteLLM’s window starts anew when it is over, Tollgate’s holds what was spent in the last so many days';

/** Reads an amount in USD and a duration such as `30s`, `10m`, `24h`, `1d` or `1mo`. */
export function readBudget(amount: ConfigEntry | undefined, duration: ConfigEntry | undefined): ReadBudget {
  const limit = amountOf(amount?.value);
  if (limit === undefined) return { ok: false, why: 'a budget is an amount in USD with at most nine decimals' };
  const window = isNothing(duration?.value) ? 'lifetime' : windowOf(textOf(duration?.value) ?? '');
  if (window === undefined) return { ok: false, why: 'windows are durations such as 30d, or day, week and month' };
  return { ok: true, budget: { limit: `${limit} USD`, window } };
}

function windowOf(text: string): string | undefined {
  if (/^1?mo$/.test(text)) return 'month';
  return /^\d{1,9}[smhd]$/.test(text) ? text : undefined;
}
