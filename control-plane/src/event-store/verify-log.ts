import { createLogVerifier, type KnownHash, type LogVerdict } from '@tollgate/schema';
import { type StoredEvent, toLoggedEvent } from './stored-event.ts';

/** Proves that events are the whole log, unchanged and in order; see `createLogVerifier`. */
export function verifyLog(events: Iterable<StoredEvent>, known: readonly KnownHash[] = []): LogVerdict {
  const verifier = createLogVerifier(known);
  for (const event of events) verifier.push(toLoggedEvent(event));
  return verifier.verdict();
}
