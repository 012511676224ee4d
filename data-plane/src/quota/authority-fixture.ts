import type { LeaseItem, NodeQuota } from '@tollgate/schema';
import { createBookBench, grantOf } from './quota-book-fixture.ts';

/** A book with an authority that has nobody else to grant to: what is needed within the limits, when the test has it answer. */
export function createAuthority(quotas: readonly NodeQuota[]) {
  const bench = createBookBench();
  const granted = new Map<string, number>();
  let answered = 0;

  const lastTold = (id: string): LeaseItem | undefined =>
    bench.sent.flatMap(({ items }) => items.filter(({ quota }) => quota === id)).at(-1);
  const slotOf = (id: string) => lastTold(id)?.slots.at(-1);

  function grant({ quota: id, slots, need, want }: LeaseItem) {
    const { limit } = quotas.find((quota) => quota.id === id) ?? { limit: 0 };
    const before = granted.get(id) ?? 0;
    const held = before - (slots.at(-1)?.returned ?? 0);
    const room = Math.max(0, limit - held);
    const isShort = need > room;
    const more = isShort ? 0 : Math.min(want, room);
    granted.set(id, before + more);
    return grantOf(id, before + more, { limit, held: held + more, ...(isShort && { short: 'exhausted' }) });
  }

  return {
    book: bench.book,
    pass: bench.pass,
    /** Answers what was asked last, if it was not answered. */
    reply() {
      const question = bench.sent.at(-1);
      if (question === undefined || question.seq === answered) return;
      answered = question.seq;
      bench.answer(question.items.map(grant));
    },
    /** What it was told last that is spent of a quota, and that is reserved. */
    told: (id: string) => ({ spent: slotOf(id)?.spent ?? 0, reserved: slotOf(id)?.reserved ?? 0 }),
    /** What is reserved of a quota, or was given back and not told yet. */
    taken: (id: string): number =>
      (granted.get(id) ?? 0) - (slotOf(id)?.returned ?? 0) - (bench.book.view(id)?.available ?? 0),
  };
}
