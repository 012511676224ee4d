import { Counter, Gauge, type Registry } from 'prom-client';
import type { ProviderHealth } from '../routing/provider-health.ts';

/** What health checks found of each provider that has them, read when it is asked for. */
export function addProviderMetrics(
  registry: Registry,
  providers: () => Iterable<readonly [string, ProviderHealth]>,
): void {
  const registers = [registry];
  new Counter({
    name: 'tollgate_health_checks_total',
    help: 'Health checks of providers by how they ended',
    labelNames: ['provider', 'outcome'],
    registers,
    collect() {
      this.reset();
      for (const [provider, { checks }] of providers())
        for (const outcome of ['ok', 'failed'] as const) this.inc({ provider, outcome }, checks[outcome]);
    },
  });
  new Gauge({
    name: 'tollgate_provider_down',
    help: '1 while the health checks of a provider fail, so that its deployments are left alone',
    labelNames: ['provider'],
    registers,
    collect() {
      this.reset();
      for (const [provider, { isDown }] of providers()) this.set({ provider }, isDown ? 1 : 0);
    },
  });
}
