import type { GatewayError, NodeQuota, Rates } from '@tollgate/schema';
import { expectedAmounts } from './amounts.ts';
import type { QuotaBook } from './quota-book.ts';
import { toRefusal } from './quota-refusal.ts';
import type { Reservation } from './reservation.ts';

/** A stream that outgrows what was reserved for it reserves so many tokens more at a time. */
export const GROWTH_TOKENS = 32;

/** What a stream that came through the gate rests on. */
export type Growing = {
  readonly quotas: readonly NodeQuota[];
  readonly reservation: Reservation;
  /** Tokens of output that were reserved at first. */
  readonly reserved: number;
  readonly rates: Rates | undefined;
};

/**
 * Lets a reservation grow with its stream: by a step as soon as more came than was reserved. Quotas with `hardStop` are asked as those of
 * a new request are, the authority included; one that refuses stops the stream. The others owe what they do not have.
 * @returns what is to be told how many pieces of the answer have come; `onStopped` is called once at most, perhaps later
 */
export function createGrowth(
  { book, nowMs }: { readonly book: Pick<QuotaBook, 'reserve' | 'owe'>; readonly nowMs: () => number },
  { quotas, reservation, reserved, rates }: Growing,
): (pieces: number, onStopped: (error: GatewayError) => void) => void {
  let covered = reserved;

  return (pieces, onStopped) => {
    if (pieces <= covered) return;
    const tokens = Math.ceil((pieces - covered) / GROWTH_TOKENS) * GROWTH_TOKENS;
    covered += tokens;
    const more = expectedAmounts({ input: 0, output: tokens }, rates, 0);
    const counted = quotas.filter(({ unit }) => unit === 'tokens' || unit === 'nano_usd');
    const owing = counted.filter(({ hardStop }) => !hardStop);
    if (owing.length > 0) reservation.absorb(book.owe(owing, more));
    const stopping = counted.filter(({ hardStop }) => hardStop);
    if (stopping.length === 0) return;
    book.reserve(stopping, more, reservation.absorb, (refusal) => {
      covered = Number.POSITIVE_INFINITY;
      onStopped(toRefusal(refusal, nowMs()).error);
    });
  };
}
