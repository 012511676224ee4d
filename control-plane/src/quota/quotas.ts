import type { Kysely } from 'kysely';
import type { Tables } from '../database/tables.ts';
import type { Calendar } from './calendar.ts';
import { type ReadQuotaStates, readQuotaStates } from './read-quota-states.ts';

/** What operators ask of quotas. */
export type Quotas = {
  /** How they stand now, in the same order. */
  readonly read: ReadQuotaStates;
};

export function createQuotas({ db, calendar }: { readonly db: Kysely<Tables>; readonly calendar: Calendar }): Quotas {
  return { read: (quotas) => readQuotaStates(db, calendar, quotas) };
}
