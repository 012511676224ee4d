import { chainHash, GENESIS_HASH } from './chain-hash.ts';
import type { LoggedEvent } from './logged-event.ts';

export type LogProblem =
  /** The event, or its hash, is not what was written. */
  | 'changed'
  /** The event is nowhere in the log. */
  | 'missing'
  /** The event is there, but later than its place, or the one in its place comes again. */
  | 'reordered'
  /** The log ends before an event that is known to have been in it. */
  | 'truncated'
  /** The log fits together, but it is not the one whose hash is known: it was written anew up to here or before. */
  | 'rewritten';

export type LogVerdict =
  /** `head` is the hash of the last event: kept elsewhere, it proves later that nothing up to here was changed. */
  | { readonly ok: true; readonly events: number; readonly head: string }
  /** `position` is that of the first event which is broken. */
  | { readonly ok: false; readonly position: number; readonly problem: LogProblem };

/** A hash that somebody wrote down, such as that of a revision. */
export type KnownHash = { readonly position: number; readonly hash: string };

/** Takes a log event by event, so that none is too long for it. */
export type LogVerifier = {
  /** @returns whether all is well so far */
  push(event: LoggedEvent): boolean;
  /** What became of it, once all events were pushed. */
  verdict(): LogVerdict;
};

/**
 * Proves that events are the whole log from its first, unchanged and in order. Nothing but the events is needed. Only who
 * knows a later hash can notice that the end was cut off, or that the whole was written anew.
 */
export function createLogVerifier(known: readonly KnownHash[] = []): LogVerifier {
  const hashes = new Map(known.map(({ position, hash }) => [position, hash]));
  let count = 0;
  let head = GENESIS_HASH;
  let broken: { position: number; problem: LogProblem } | undefined;

  function check(event: LoggedEvent): void {
    const place = count + 1;
    const { hash, ...content } = event;
    if (event.position !== place) {
      broken = { position: place, problem: event.position < place ? 'reordered' : 'missing' };
    } else if (chainHash(head, content) !== hash) {
      broken = { position: place, problem: 'changed' };
    } else if ((hashes.get(place) ?? hash) !== hash) {
      broken = { position: place, problem: 'rewritten' };
    } else {
      count = place;
      head = hash;
    }
  }

  return {
    push(event) {
      if (!broken) check(event);
      else if (broken.problem === 'missing' && event.position === broken.position) broken.problem = 'reordered';
      return broken === undefined;
    },
    verdict() {
      if (broken) return { ok: false, ...broken };
      const last = Math.max(0, ...hashes.keys());
      return last > count
        ? { ok: false, position: count + 1, problem: 'truncated' }
        : { ok: true, events: count, head };
    },
  };
}
