/** All that a grant depends on; amounts in the quota's unit. */
export type GrantQuestion = {
  readonly limit: number;
  /** Spent or leased within the window, by all holders. */
  readonly held: number;
  /** What others were leased and have, as far as is known, neither spent nor reserved. */
  readonly idleElsewhere: number;
  /** How many hold leases. */
  readonly holders: number;
  readonly need: number;
  readonly waiting: number;
  readonly want: number;
};

export type GrantDecision = {
  readonly grant: number;
  /** Why what is needed was not granted. */
  readonly short?: 'recalling' | 'exhausted';
};

/**
 * Grants at least what is needed or nothing, so that no holder sits on a part that is of no use to it; then what other requests wait for; and
 * beyond that a share that leaves as much for each of the others. The limit is never passed: `held + grant <= limit`.
 */
export function decideGrant({
  limit,
  held,
  idleElsewhere,
  holders,
  need,
  waiting,
  want,
}: GrantQuestion): GrantDecision {
  const available = Math.max(0, limit - held);
  if (need > available) return { grant: 0, short: available + idleElsewhere >= need ? 'recalling' : 'exhausted' };
  const awaited = Math.min(Math.max(need, waiting), available);
  const share = Math.floor((available - awaited) / (2 * Math.max(1, holders)));
  return { grant: awaited + Math.min(Math.max(0, want - awaited), share) };
}
