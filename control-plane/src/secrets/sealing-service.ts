import type { Keyring } from '@tollgate/schema';
import type { Kysely } from 'kysely';
import type { Tables } from '../database/tables.ts';
import { type RewrapResult, rewrapBatch } from './rewrap.ts';
import {
  findBlockers,
  type KeyHolder,
  readReplicaKeys,
  readSealingKeyUses,
  type SealingKeyUse,
} from './sealing-keys.ts';

/** What operators need to change the sealing key. */
export type SealingService = {
  /** @param nodes those whose sealing keys count besides those of the replicas and of analytics */
  keys(
    nodes: readonly KeyHolder[],
  ): Promise<readonly { readonly use: SealingKeyUse; readonly blockers: readonly string[] }[]>;
  rewrap(after: string | undefined): Promise<RewrapResult & { readonly total: number }>;
};

export function createSealingService(deps: {
  readonly db: Kysely<Tables>;
  readonly keyring: Keyring;
  /** Asks analytics, which has no link to the control plane. */
  readAnalytics(): Promise<KeyHolder>;
}): SealingService {
  const { db, keyring, readAnalytics } = deps;
  return {
    async keys(nodes) {
      const holders = [...(await readReplicaKeys(db)), await readAnalytics(), ...nodes];
      const uses = await readSealingKeyUses(db, keyring);
      return uses.map((use) => ({ use, blockers: findBlockers(use, keyring.current.keyId, holders) }));
    },
    async rewrap(after) {
      const result = await rewrapBatch(db, keyring, after);
      const { total } = await db
        .selectFrom('data_key')
        .select(({ fn }) => fn.countAll<number>().as('total'))
        .executeTakeFirstOrThrow();
      return { ...result, total };
    },
  };
}
