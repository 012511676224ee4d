import type { Json } from '@tollgate/schema';
import { upcasters } from './upcasters.ts';

/** As much of an event as its form depends on. */
export type EventForm = { readonly type: string; readonly schemaVersion: number; readonly data: Json };

/** Leads from one form of the data to the next. */
export type Upcaster = (data: Json) => Json;

/** For each type that changed its form: the first upcaster leads from version 1 to 2, the second to 3, and so on. */
export type Upcasters = Readonly<Record<string, readonly Upcaster[]>>;

/** The version of the form in which events of a type are written. */
export const newestVersionOf = (type: string, table: Upcasters = upcasters): number => (table[type]?.length ?? 0) + 1;

/**
 * An event in the newest form of its type, whatever it was written in. Stored events are never rewritten, for their hashes
 * stand in the chain; so whoever reads one for what it says reads it through this.
 * @throws if it was written by a later version of the program
 */
export function upcast<Event extends EventForm>(event: Event, table: Upcasters = upcasters): Event {
  const { type, schemaVersion } = event;
  const newest = newestVersionOf(type, table);
  if (schemaVersion > newest) {
    throw new Error(
      `${type} has form ${schemaVersion} and this program knows ${newest}; start the newer version again`,
    );
  }
  const steps = (table[type] ?? []).slice(schemaVersion - 1);
  if (steps.length === 0) return event;
  return { ...event, schemaVersion: newest, data: steps.reduce((data, step) => step(data), event.data) };
}
