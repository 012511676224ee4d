import type { DeclaredQuota } from '@tollgate/schema';
import type { QuotaState } from '../../quota/quota-state.ts';
import type { ReadQuotaStates } from '../../quota/read-quota-states.ts';

/** Reads how the quotas of one entity stand, together with those of all others that are asked for at the same time. */
export type QuotaLoader = { load(quotas: readonly DeclaredQuota[]): Promise<readonly QuotaState[]> };

/** Lives for one request, so that a page of entities takes one reading. */
export function createQuotaLoader(read: ReadQuotaStates): QuotaLoader {
  let collected: Map<string, DeclaredQuota> | undefined;
  let reading: Promise<ReadonlyMap<string, QuotaState>> | undefined;

  async function readCollected(): Promise<ReadonlyMap<string, QuotaState>> {
    // All entities of a page are resolved before this goes on.
    await new Promise<void>((resolve) => void setImmediate(resolve));
    const wanted = [...(collected?.values() ?? [])];
    collected = undefined;
    reading = undefined;
    return new Map((await read(wanted)).map((state) => [state.quota.id, state]));
  }

  return {
    async load(quotas) {
      if (quotas.length === 0) return [];
      collected ??= new Map();
      for (const quota of quotas) collected.set(quota.id, quota);
      reading ??= readCollected();
      const states = await reading;
      return quotas.flatMap(({ id }) => states.get(id) ?? []);
    },
  };
}
