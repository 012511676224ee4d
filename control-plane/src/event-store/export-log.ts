import {
  EVENT_LOG_VERSION,
  type EventLogHead,
  type EventLogTail,
  GENESIS_HASH,
  type LoggedEvent,
} from '@tollgate/schema';
import type { Kysely } from 'kysely';
import type { Tables } from '../database/tables.ts';
import { readBatches } from './read-events.ts';
import { toLoggedEvent } from './stored-event.ts';

/**
 * The whole log as chunks of lines: head, events, tail; `createExportVerifier` reads it. What is appended meanwhile may be
 * in it or not. It holds at most 1,000 events, fetched as fast as the reader takes them, and no transaction: what is
 * in the log stays as it is.
 */
export async function* exportLog(db: Kysely<Tables>): AsyncGenerator<string> {
  yield line({ tollgateEventLog: EVENT_LOG_VERSION });
  let tail: EventLogTail = { events: 0, head: GENESIS_HASH };
  for await (const events of readBatches(db)) {
    yield events.map((event) => line(toLoggedEvent(event))).join('');
    const last = events.at(-1);
    if (last) tail = { events: last.position, head: last.hash };
  }
  yield line(tail);
}

const line = (value: EventLogHead | LoggedEvent | EventLogTail): string => `${JSON.stringify(value)}\n`;
