import type { GrantItem, LeaseItem } from '@tollgate/schema';
import { onTestFinished } from 'vitest';
import { createDatabase } from '../database/database.ts';
import { createCalendar } from '../quota/calendar.ts';
import { createPostgresLeaseStore } from '../quota/postgres-lease-store.ts';
import { createQuotaAuthority } from '../quota/quota-authority.ts';
import { createQuotaCatalogue } from '../quota/quota-catalogue.ts';

/** What a holder did with a slot: nothing but what a test says. */
export const noReport = { returned: 0, spent: 0, reserved: 0, refused: 0, over: false };

/** Spends of the quotas in a database as a run of a node does; undefined is answered if the message was not taken. */
export function createTestHolder(databaseUrl: string, holder: string, nodeId = 'n') {
  const db = createDatabase(databaseUrl);
  onTestFinished(() => db.destroy());
  const store = createPostgresLeaseStore(db, createCalendar());
  const authority = createQuotaAuthority({ store, catalogue: createQuotaCatalogue(db) });
  let seq = 0;
  return async (item: Partial<LeaseItem> & { readonly quota: string }): Promise<GrantItem | undefined> => {
    seq += 1;
    const items = [{ slots: [], need: 0, waiting: 0, want: 0, ...item }];
    return (await authority.lease(nodeId, { type: 'lease', holder, seq, items }))?.items[0];
  };
}
