/** What the health checks of a provider say; shared by all its deployments. */
export type ProviderHealth = {
  /** Its deployments are left alone, as those whose circuit is open. */
  isDown: boolean;
  failuresInRow: number;
  /** Checks by how they ended. */
  readonly checks: { ok: number; failed: number };
};

export const createProviderHealth = (): ProviderHealth => ({
  isDown: false,
  failuresInRow: 0,
  checks: { ok: 0, failed: 0 },
});

/** One lost answer is no outage. */
const FAILURES_TO_BE_DOWN = 2;

/** Says how a check ended. */
export function noteCheck(health: ProviderHealth, isWell: boolean): void {
  health.checks[isWell ? 'ok' : 'failed'] += 1;
  health.failuresInRow = isWell ? 0 : health.failuresInRow + 1;
  health.isDown = health.failuresInRow >= FAILURES_TO_BE_DOWN;
}

/** Nobody checks it any more, or in another way, so that what was found says nothing. */
export function forgetChecks(health: ProviderHealth): void {
  health.failuresInRow = 0;
  health.isDown = false;
}

/** What is known of each provider, by name. */
export type ProviderHealths = { of(provider: string): ProviderHealth };

export function createProviderHealths(): ProviderHealths {
  const healths = new Map<string, ProviderHealth>();
  return {
    of(provider) {
      const health = healths.get(provider) ?? createProviderHealth();
      healths.set(provider, health);
      return health;
    },
  };
}
