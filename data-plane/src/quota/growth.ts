import type { GatewayError, NodeQuota } from '@tollgate/schema';
import { dependsOnTokens, expectedAmounts } from './amounts.ts';
import type { Coverage } from './coverage.ts';
import type { QuotaBook } from './quota-book.ts';
import { toRefusal } from './quota-refusal.ts';
import type { Reservation } from './reservation.ts';

/** A stream that outgrows what was reserved for it reserves so many tokens more at a time. */
export const GROWTH_TOKENS = 32;

/** How far a stream has come. */
export type Progress = {
  readonly coverage: Coverage;
  /** Of the answer, those of attempts before included. */
  readonly pieces: number;
};

/**
 * Lets a reservation grow with its stream: by a step as soon as more came than was reserved. Quotas with `hardStop` are asked as those of
 * a new request are, the authority included; one that refuses stops the stream. The others owe what they do not have.
 * @param onStopped called once at most, perhaps later
 */
export function grow(
  { book, nowMs }: { readonly book: Pick<QuotaBook, 'reserve' | 'owe'>; readonly nowMs: () => number },
  reservation: Reservation,
  { coverage, pieces }: Progress,
  onStopped: (why: { readonly quota: NodeQuota; readonly error: GatewayError }) => void,
): void {
  if (pieces <= coverage.pieces) return;
  const tokens = Math.ceil((pieces - coverage.pieces) / GROWTH_TOKENS) * GROWTH_TOKENS;
  coverage.pieces += tokens;
  const more = expectedAmounts({ input: 0, output: tokens }, coverage.rates, 0);
  const counted = coverage.quotas.filter(dependsOnTokens);
  const owing = counted.filter(({ hardStop }) => !hardStop);
  if (owing.length > 0) reservation.absorb(book.owe(owing, more));
  const stopping = counted.filter(({ hardStop }) => hardStop);
  if (stopping.length === 0) return;
  book.reserve(stopping, more, reservation.absorb, (refusal) => {
    coverage.pieces = Number.POSITIVE_INFINITY;
    onStopped({ quota: refusal.quota, error: toRefusal(refusal, nowMs()).error });
  });
}
