import { type DeclaredQuota, declaredQuotas } from '@tollgate/schema';
import fc from 'fast-check';
import type { Faults } from './network.ts';
import type { Step } from './world.ts';

const limit = fc.oneof(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 60 }));

const terms = fc.oneof(
  fc.record({
    unit: fc.constantFrom('tokens', 'requests'),
    window: fc.constantFrom<string | undefined>('lifetime', '1s', '7s', '60s', 'minute'),
  }),
  fc.constant({ unit: 'concurrent', window: undefined }),
);

/** Few let more through than their limit. */
const leniency = fc.oneof(
  { weight: 6, arbitrary: fc.constant({}) },
  { weight: 1, arbitrary: fc.constant({ mode: 'shadow' as const }) },
  { weight: 1, arbitrary: fc.constant({ onOutage: 'allow' as const }) },
);

/** One to four quotas that count at once, of all units and windows. */
export const quotas: fc.Arbitrary<readonly DeclaredQuota[]> = fc
  .array(fc.tuple(terms, limit, leniency), { minLength: 1, maxLength: 4 })
  .map((all) =>
    all.flatMap(([{ unit, window }, count, more], index) =>
      declaredQuotas('team', `q${index}`, { rateLimits: [{ limit: `${count} ${unit}`, window, ...more }] }),
    ),
  );

export const faults: fc.Arbitrary<Faults> = fc.record({
  lost: fc.constantFrom(0, 0.05, 0.3),
  doubled: fc.constantFrom(0, 0.2),
  rolledBack: fc.constantFrom(0, 0.1),
  delayMs: fc.constantFrom(1, 5, 120, 600),
  late: fc.constantFrom(0, 0.1),
  lateMs: fc.constant(3_000),
});

const pauseMs = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 30 }), fc.integer({ min: 0, max: 4_000 }));
const node = fc.nat(2);

const request = fc
  .record({
    pauseMs,
    node,
    quotas: fc.uniqueArray(fc.nat(3), { minLength: 1, maxLength: 4 }),
    tokens: fc.integer({ min: 1, max: 20 }),
    spentOf: fc.constantFrom(0, 0.5, 1),
    holdMs: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 300 }), fc.integer({ min: 0, max: 15_000 })),
  })
  .map(({ spentOf, ...rest }): Step => ({ tag: 'request', ...rest, tokensSpent: Math.floor(rest.tokens * spentOf) }));

/** Many at once at one node, or the same at several. */
const crowd = fc.tuple(request, fc.integer({ min: 2, max: 12 }), fc.boolean()).map(([one, count, isSpread]) =>
  Array.from(
    { length: count },
    (_, index): Step => ({
      ...one,
      pauseMs: index === 0 ? one.pauseMs : 0,
      node: isSpread ? one.node + index : one.node,
    }),
  ),
);

const fault = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      tag: fc.constant('cut' as const),
      pauseMs,
      node,
      forMs: fc.constantFrom(50, 1_500, 70_000),
    }),
  },
  { weight: 1, arbitrary: fc.record({ tag: fc.constantFrom('crash' as const, 'stop' as const), pauseMs, node }) },
);

export const steps: fc.Arbitrary<readonly Step[]> = fc
  .array(
    fc.oneof(
      { weight: 10, arbitrary: request.map((one) => [one]) },
      { weight: 4, arbitrary: crowd },
      { weight: 2, arbitrary: fault.map((one): Step[] => [one]) },
    ),
    { minLength: 1, maxLength: 40, size: 'max' },
  )
  .map((all) => all.flat());
