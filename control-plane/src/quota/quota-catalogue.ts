import type { DeclaredQuota } from '@tollgate/schema';
import type { Kysely } from 'kysely';
import type { Tables } from '../database/tables.ts';
import { readByIds } from '../projection/read-entities.ts';
import { ownersOf, quotasOf } from './read-declared-quotas.ts';

/** The quotas that are declared now, by their ids. */
export type QuotaCatalogue = {
  /** Those of the ids that some entity declares. */
  find(ids: readonly string[]): Promise<ReadonlyMap<string, DeclaredQuota>>;
  /** The configuration has changed. */
  forget(): void;
};

/** Quotas that were asked for are remembered up to this many, until the configuration changes. */
const REMEMBERED_MAX = 100_000;

export function createQuotaCatalogue(db: Kysely<Tables>): QuotaCatalogue {
  let remembered = new Map<string, DeclaredQuota>();

  /** What is read belongs to the configuration of now; should that change meanwhile, it is forgotten with the rest. */
  async function readInto(target: Map<string, DeclaredQuota>, ids: readonly string[]): Promise<void> {
    const entities = await readByIds(db, ownersOf(ids));
    for (const quota of entities.flatMap(quotasOf)) target.set(quota.id, quota);
    if (target === remembered && target.size > REMEMBERED_MAX) remembered = new Map();
  }

  return {
    async find(ids) {
      const known = remembered;
      const unknown = ids.filter((id) => !known.has(id));
      if (unknown.length > 0) await readInto(known, unknown);
      return new Map(
        ids.flatMap((id) => {
          const quota = known.get(id);
          return quota === undefined ? [] : [[id, quota] as const];
        }),
      );
    },
    forget() {
      remembered = new Map();
    },
  };
}
