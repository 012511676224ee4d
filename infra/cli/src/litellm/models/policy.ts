import { maps } from '../report/verdict.ts';
import type { VerdictTable } from '../report/verdict-table.ts';
import { numberOf } from '../source/scalars.ts';
import type { Aspect, Candidate, ModelGroup, RoutingSettings } from './group.ts';

const LIMITS = ['rpm', 'tpm'] as const;

/** How a group's deployments are chosen, and what follows a failure. */
export function policyOf({ name, candidates }: ModelGroup, { strategy, policy }: RoutingSettings): Aspect {
  const limits = candidates.map(limitsIn);
  const isUsable = candidates.length > 1 && (strategy !== 'usage-aware' || limits.every(isSome));
  const isUsage = isUsable && strategy === 'usage-aware';
  return {
    model: { routing: { ...(isUsable && strategy !== 'weighted' && { strategy }), ...policy } },
    deployments: candidates.map((_, index) => (isUsage ? { ...limits[index] } : {})),
    verdicts: candidates.map((_, index): VerdictTable => {
      const path = `models.${name}.deployments[${index}]`;
      const read = isUsage ? Object.keys(limits[index] ?? {}) : [];
      return Object.fromEntries(
        read.map((limit) => [
          limit,
          maps(`${path}.${limit}`, 'what is refused beyond it is `rateLimits` of the model'),
        ]),
      );
    }),
  };
}

type Limits = Readonly<Partial<Record<(typeof LIMITS)[number], number>>>;

const isSome = (limits: Limits): boolean => Object.keys(limits).length > 0;

function limitsIn({ params }: Candidate): Limits {
  const read = LIMITS.map((limit) => [limit, numberOf(params.get(limit)?.value)] as const);
  return Object.fromEntries(
    read.filter(([, value]) => value !== undefined && Number.isSafeInteger(value) && value > 0 && value <= 1e9),
  );
}
