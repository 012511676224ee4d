import type { LeaseStore } from '@tollgate/control-plane';

/** A store of which transactions can be made to fail, and whose recalls the test carries itself. */
export type FaultyLeaseStore = LeaseStore & {
  /** The next transaction does its work and is then rolled back, as one is whose connection breaks. */
  failNext(): void;
};

export function createFaultyLeaseStore(
  store: LeaseStore,
  onRecall: (ids: readonly string[]) => void,
): FaultyLeaseStore {
  let isFailing = false;
  return {
    failNext() {
      isFailing = true;
    },
    async transaction(run) {
      const recalled: string[] = [];
      const result = await store.transaction(async (trx) => {
        const given = await run({ ...trx, recall: async (ids) => void recalled.push(...ids) });
        if (!isFailing) return given;
        isFailing = false;
        throw new Error('the connection to the store broke');
      });
      if (recalled.length > 0) onRecall(recalled);
      return result;
    },
  };
}
