import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decideGrant, type GrantQuestion } from './decide-grant.ts';

const QUESTION: GrantQuestion = { limit: 100, held: 0, idleElsewhere: 0, holders: 1, need: 0, waiting: 0, want: 0 };
const decide = (more: Partial<GrantQuestion>) => decideGrant({ ...QUESTION, ...more });

test('what is needed is granted whole or not at all', () => {
  expect(decide({ held: 90, need: 10, waiting: 10, want: 10 })).toEqual({ grant: 10 });
  expect(decide({ held: 91, need: 10, waiting: 10, want: 10 })).toEqual({ grant: 0, short: 'exhausted' });
});

test('what others hold idle may be recalled, if that is enough', () => {
  expect(decide({ held: 95, need: 10, idleElsewhere: 5 })).toEqual({ grant: 0, short: 'recalling' });
  expect(decide({ held: 95, need: 10, idleElsewhere: 4 })).toEqual({ grant: 0, short: 'exhausted' });
});

test('what waits is granted as far as there is, however many others hold leases', () => {
  expect(decide({ holders: 10, need: 1, waiting: 80, want: 80 })).toEqual({ grant: 80 });
  expect(decide({ holders: 10, held: 50, need: 1, waiting: 80, want: 80 })).toEqual({ grant: 50 });
});

test('of what remains, each holder gets no more ahead than leaves as much for the others', () => {
  expect(decide({ need: 20, waiting: 20, want: 1_000 })).toEqual({ grant: 60 });
  expect(decide({ holders: 4, need: 20, waiting: 20, want: 1_000 })).toEqual({ grant: 30 });
  expect(decide({ holders: 4, want: 5 })).toEqual({ grant: 5 });
});

test('a limit that was lowered below what is held grants nothing, and takes nothing', () => {
  expect(decide({ limit: 10, held: 50, want: 5 })).toEqual({ grant: 0 });
  expect(decide({ limit: 10, held: 50, need: 1 })).toEqual({ grant: 0, short: 'exhausted' });
});

test('the limit is never passed, and what fits is granted', () => {
  const amount = fc.nat(1_000);
  fc.assert(
    fc.property(
      fc.record({
        limit: amount,
        held: amount,
        idleElsewhere: amount,
        holders: fc.nat(5),
        need: amount,
        waiting: amount,
        want: amount,
      }),
      (question) => {
        const { grant, short } = decideGrant(question);
        const available = Math.max(0, question.limit - question.held);
        expect(Number.isInteger(grant)).toBe(true);
        expect(grant).toBeGreaterThanOrEqual(0);
        expect(grant).toBeLessThanOrEqual(available);
        if (question.need <= available) expect(grant).toBeGreaterThanOrEqual(question.need);
        expect(short === undefined).toBe(question.need <= available);
      },
    ),
  );
});
