import { z } from 'zod';

/** A limit as people read it: what it counts and over which time, and how much is let through. */
export type Limit = {
  /** Such as `USD per day (Europe/Berlin)` or `requests per 1m`; limits are compared if this is the same. */
  readonly measure: string;
  /** As it was declared, such as `25 USD`. */
  readonly amount: string;
};

export type LimitChange = {
  readonly measure: string;
  /** Null if there was, or is then, no such limit. */
  readonly before: string | null;
  readonly after: string | null;
  /** Whether more is let through afterwards, or less. */
  readonly direction: 'up' | 'down';
};

/** As much of a declared limit as is needed to compare it; the rest of its fields are in the plan itself. */
const declaredLimit = z.object({
  limit: z.string(),
  window: z.string().optional(),
  timezone: z.string().optional(),
  mode: z.string().optional(),
});
const declaredLimits = z.object({
  budgets: z.array(declaredLimit).catch([]).default([]),
  rateLimits: z.array(declaredLimit).catch([]).default([]),
});

/** The limits that a spec carries itself: its lists, or, for a budget or rate limit of its own, what it is. */
export function limitsIn(spec: unknown): readonly Limit[] {
  const { budgets, rateLimits } = declaredLimits.catch({ budgets: [], rateLimits: [] }).parse(spec);
  const itself = declaredLimit.safeParse(spec);
  return [...budgets, ...rateLimits, ...(itself.success ? [itself.data] : [])].map(toLimit);
}

function toLimit({ limit, window, timezone, mode }: z.infer<typeof declaredLimit>): Limit {
  const { unit } = splitAmount(limit);
  const per = window === undefined ? '' : window === 'lifetime' ? ' in all' : ` per ${window}`;
  const zone = timezone === undefined ? '' : ` (${timezone})`;
  return { measure: `${unit}${per}${zone}${mode === 'shadow' ? ', only watched' : ''}`, amount: limit };
}

/** Of several limits of one measure the lowest holds. The changes are sorted by measure. */
export function compareLimits(before: readonly Limit[], after: readonly Limit[]): readonly LimitChange[] {
  const [old, current] = [lowestByMeasure(before), lowestByMeasure(after)];
  return [...new Set([...old.keys(), ...current.keys()])].sort().flatMap((measure): readonly LimitChange[] => {
    const [was, is] = [old.get(measure), current.get(measure)];
    if (was === undefined) return is === undefined ? [] : [{ measure, before: null, after: is, direction: 'down' }];
    if (is === undefined) return [{ measure, before: was, after: null, direction: 'up' }];
    const [from, to] = [splitAmount(was).size, splitAmount(is).size];
    return from === to ? [] : [{ measure, before: was, after: is, direction: to > from ? 'up' : 'down' }];
  });
}

function lowestByMeasure(limits: readonly Limit[]): ReadonlyMap<string, string> {
  const lowest = new Map<string, string>();
  for (const { measure, amount } of limits) {
    const known = lowest.get(measure);
    if (known === undefined || splitAmount(amount).size < splitAmount(known).size) lowest.set(measure, amount);
  }
  return lowest;
}

const DIGITS = 9;

/** `0.05 USD` is an amount of 50,000,000 billionths: whole numbers, so that no two amounts are taken for equal. */
function splitAmount(text: string): { readonly size: bigint; readonly unit: string } {
  const [number = '', unit = ''] = text.trim().split(/\s+/, 2);
  const [whole = '', fraction = ''] = number.split('.', 2);
  const digits = `${whole}${fraction.slice(0, DIGITS).padEnd(DIGITS, '0')}`;
  return { size: /^\d+$/.test(digits) ? BigInt(digits) : 0n, unit };
}
