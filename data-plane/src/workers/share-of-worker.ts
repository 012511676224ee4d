import type { Environment } from '../environment.ts';

/**
 * A worker's part of the node's bounds: what is for all of the node is divided by the number of workers. Of bodies each may
 * have at least one of the largest size, or none of that size would pass.
 */
export function shareOfWorker(env: Environment, workers: number): Environment {
  const share = (total: number) => Math.max(1, Math.floor(total / workers));
  return {
    ...env,
    TOLLGATE_IN_FLIGHT_MAX: share(env.TOLLGATE_IN_FLIGHT_MAX),
    TOLLGATE_BODY_BYTES_TOTAL_MAX: Math.max(share(env.TOLLGATE_BODY_BYTES_TOTAL_MAX), env.TOLLGATE_BODY_BYTES_MAX),
    TOLLGATE_SPOOL_BYTES_MAX: share(env.TOLLGATE_SPOOL_BYTES_MAX),
  };
}
