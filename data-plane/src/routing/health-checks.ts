import type { ProviderConfig } from '@tollgate/schema';
import type { ConfigIndex } from '../config/config-index.ts';
import type { Schedule } from '../quota/schedule.ts';
import { type OpenSealed, type ProviderEndpoint, providerEndpoint } from './provider-endpoint.ts';
import { forgetChecks, noteCheck, type ProviderHealth, type ProviderHealths } from './provider-health.ts';

/** Asks a provider for a path. @returns its status, or undefined if no answer came in time; it throws nothing */
export type Probe = (
  endpoint: Pick<ProviderEndpoint, 'origin' | 'headers'>,
  path: string,
  timeoutMs: number,
  signal: AbortSignal,
) => Promise<number | undefined>;

export type HealthChecks = {
  /** The configuration changed: checks begin, go on and end as it says. */
  configured(): void;
  /** The providers that are checked, by name. */
  all(): Iterable<readonly [string, ProviderHealth]>;
  close(): void;
};

export type HealthCheckDeps = {
  readonly index: () => ConfigIndex;
  readonly openSealed: OpenSealed;
  readonly healths: ProviderHealths;
  readonly probe: Probe;
  readonly schedule: Pick<Schedule, 'after'>;
  /** In [0, 1). */
  readonly random: () => number;
  /** Is told why a provider cannot be checked; it is taken to be well. */
  readonly onUnusable: (error: unknown) => void;
};

type Checking = { readonly identity: string; stop(): void };

/** By so much of the interval two checks are nearer or farther, so that nodes do not check together. */
const JITTER = 0.1;
const SERVER_ERROR = 500;

/** Checks each provider that asks for it and that a model uses. */
export function createHealthChecks(deps: HealthCheckDeps): HealthChecks {
  const { index, openSealed, healths } = deps;
  const running = new Map<string, Checking>();

  function stop(name: string): void {
    running.get(name)?.stop();
    running.delete(name);
    forgetChecks(healths.of(name));
  }

  return {
    configured() {
      const wanted = checkedProviders(index());
      for (const [name, { identity }] of running) {
        const provider = wanted.get(name);
        if (provider === undefined || identityOf(provider) !== identity) stop(name);
      }
      for (const [name, provider] of wanted) {
        if (running.has(name)) continue;
        try {
          const endpoint = providerEndpoint(name, provider, openSealed);
          const end = checkOverAndOver(deps, endpoint, provider.healthCheck, healths.of(name));
          running.set(name, { identity: identityOf(provider), stop: end });
        } catch (error) {
          deps.onUnusable(error);
        }
      }
    },
    *all() {
      for (const name of running.keys()) yield [name, healths.of(name)];
    },
    close() {
      for (const { stop: end } of running.values()) end();
      running.clear();
    },
  };
}

type Checked = ProviderConfig & { readonly healthCheck: NonNullable<ProviderConfig['healthCheck']> };

const isChecked = (provider: ProviderConfig | undefined): provider is Checked => provider?.healthCheck !== undefined;

function checkedProviders(index: ConfigIndex): ReadonlyMap<string, Checked> {
  const checked = new Map<string, Checked>();
  for (const name of index.names('provider')) {
    const provider = index.findProvider(name);
    if (isChecked(provider)) checked.set(name, provider);
  }
  // Only then are the models looked at, of which there may be many.
  const unused = new Set(checked.keys());
  for (const name of unused.size === 0 ? [] : index.names('model'))
    for (const { provider } of index.findModel(name)?.deployments ?? []) unused.delete(provider);
  for (const name of unused) checked.delete(name);
  return checked;
}

/** Where is called, with what, and how often. */
const identityOf = ({ type, baseUrl, sealedApiKey, healthCheck }: Checked): string =>
  JSON.stringify([type, baseUrl, sealedApiKey, healthCheck]);

/** @returns what ends it, also a check that is under way */
function checkOverAndOver(
  { probe, schedule, random }: HealthCheckDeps,
  endpoint: ProviderEndpoint,
  { path, intervalMs, timeoutMs }: Checked['healthCheck'],
  health: ProviderHealth,
): () => void {
  const over = new AbortController();
  let cancel = schedule.after(random() * intervalMs, check);

  async function check(): Promise<void> {
    // One that cannot even be asked is as one that does not answer; it must not end the process.
    const status = await probe(endpoint, path, timeoutMs, over.signal).catch(() => undefined);
    if (over.signal.aborted) return;
    noteCheck(health, status !== undefined && status < SERVER_ERROR);
    cancel = schedule.after(intervalMs * (1 - JITTER + 2 * JITTER * random()), check);
  }

  return () => {
    over.abort();
    cancel();
  };
}
