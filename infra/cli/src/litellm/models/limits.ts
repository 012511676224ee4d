import { stored } from '../report/stored.ts';
import { notSupported, type Verdict } from '../report/verdict.ts';
import { numberOf } from '../source/scalars.ts';
import type { Aspect, Candidate, ModelGroup, RoutingSettings } from './group.ts';

type Limit = { readonly parameter: string; readonly unit: string; readonly window?: string };

const RATES: readonly Limit[] = [
  { parameter: 'rpm', unit: 'requests', window: '1m' },
  { parameter: 'tpm', unit: 'tokens', window: '1m' },
];
const CONCURRENCY: Limit = { parameter: 'max_parallel_requests', unit: 'concurrent' };

/** The limits of a group's deployments as those of its model, where each of them has one. */
export function limitsOf({ name, candidates }: ModelGroup, { enforcesRates }: RoutingSettings): Aspect {
  const limits = [...(enforcesRates ? RATES : []), CONCURRENCY].map((limit) => ({
    limit,
    sum: sumOf(candidates, limit),
  }));
  const rateLimits = limits.flatMap(({ limit, sum }) => (sum === undefined ? [] : [toRateLimit(limit, sum)]));
  const verdicts = Object.fromEntries(limits.map(({ limit, sum }) => [limit.parameter, verdictOf(name, sum)] as const));
  return {
    ...(rateLimits.length > 0 && { model: { rateLimits } }),
    verdicts: candidates.map(() => verdicts),
  };
}

function sumOf(candidates: readonly Candidate[], { parameter }: Limit): number | undefined {
  const values = candidates.map(({ params }) => numberOf(params.get(parameter)?.value));
  const isLimited = values.every((value) => value !== undefined && Number.isSafeInteger(value) && value > 0);
  return isLimited ? values.reduce<number>((sum, value) => sum + (value ?? 0), 0) : undefined;
}

const toRateLimit = ({ unit, window }: Limit, sum: number) => ({ limit: `${sum} ${unit}`, ...(window && { window }) });

function verdictOf(name: string, sum: number | undefined): Verdict {
  return sum === undefined
    ? notSupported('is a limit of one deployment; Tollgate limits models, and not each deployment here has one')
    : stored('model', 'rateLimits', `models.${name}.rateLimits`, 'LiteLLM limits each deployment, Tollgate the model');
}
