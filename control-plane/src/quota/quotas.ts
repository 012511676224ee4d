import {
  type ActOrigin,
  type CorrectionDeps,
  type CorrectionRequest,
  type CorrectionResult,
  correctQuota,
} from './correct-quota.ts';
import { type ReadQuotaStates, readQuotaStates } from './read-quota-states.ts';
import { type ReleaseRequest, type ReleaseResult, releaseHolders } from './release-holders.ts';

/** What operators ask of quotas. */
export type Quotas = {
  /** How they stand now, in the same order. */
  readonly read: ReadQuotaStates;
  /** Gives back or takes some of what a quota has settled. */
  correct(request: CorrectionRequest, origin: ActOrigin): Promise<CorrectionResult>;
  /** Gives back what a node holds that will not come back. */
  release(request: ReleaseRequest, origin: Omit<ActOrigin, 'authorize'>): Promise<ReleaseResult>;
};

export function createQuotas(deps: CorrectionDeps): Quotas {
  return {
    read: (quotas) => readQuotaStates(deps.db, deps.calendar, quotas),
    correct: (request, origin) => correctQuota(deps, request, origin),
    release: (request, origin) => releaseHolders(deps, request, origin),
  };
}
