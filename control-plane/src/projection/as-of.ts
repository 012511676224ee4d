import type { Kysely } from 'kysely';
import type { Tables } from '../database/tables.ts';
import { readLatestRevision, readRevision, readRevisionAt } from './revision-log.ts';

/** A point in the history of the configuration: a revision, or an instant. */
export type HistoryPoint = { readonly revision: number } | { readonly time: Date };

export type ResolvedPoint =
  | { readonly kind: 'revision'; readonly revision: number }
  | { readonly kind: 'unknown'; readonly message: string };

/**
 * The revision that a point means. Of an instant it is the newest revision that was committed by then; revision 0 is the
 * empty configuration before the first change set. What is not yet is refused, for it could still become anything.
 */
export async function resolvePoint(db: Kysely<Tables>, point: HistoryPoint, now: Date): Promise<ResolvedPoint> {
  if ('time' in point) return await resolveTime(db, point.time, now);
  const { revision } = point;
  if (revision === 0 || (await readRevision(db, revision))) return { kind: 'revision', revision };
  const latest = (await readLatestRevision(db))?.revision ?? 0;
  const message =
    revision > latest
      ? `there is no revision ${revision} yet; the current one is ${latest}`
      : `${revision} is no revision but an event within one; a revision is the position of the last event of a change set`;
  return { kind: 'unknown', message };
}

async function resolveTime(db: Kysely<Tables>, time: Date, now: Date): Promise<ResolvedPoint> {
  if (time > now) {
    return { kind: 'unknown', message: `${time.toISOString()} is in the future; it is ${now.toISOString()} now` };
  }
  return { kind: 'revision', revision: await readRevisionAt(db, time) };
}
