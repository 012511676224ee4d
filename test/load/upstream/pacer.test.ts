import { expect, test } from 'vitest';
import { createPacer } from './pacer.ts';

function recordTurns(turns: number) {
  const seen: number[] = [];
  return { seen, at: (clock: () => number) => () => seen.push(clock()) < turns };
}

test('a member is called once per interval, first one interval after it joined, until it answers false', () => {
  const pacer = createPacer(20);
  const { seen, at } = recordTurns(3);
  let now = 5;
  pacer.join(
    now,
    at(() => now),
  );
  for (now = 6; now < 200; now++) pacer.advance(now);
  expect(seen).toEqual([25, 45, 65]);
  expect(pacer.size()).toBe(0);
});

test('members that joined at different times keep their own phase', () => {
  const pacer = createPacer(10);
  const first = recordTurns(2);
  const second = recordTurns(2);
  let now = 0;
  pacer.join(
    now,
    first.at(() => now),
  );
  for (now = 1; now < 50; now++) {
    pacer.advance(now);
    if (now === 3) {
      pacer.join(
        now,
        second.at(() => now),
      );
    }
  }
  expect(first.seen).toEqual([10, 20]);
  expect(second.seen).toEqual([13, 23]);
});

test('after a stall no turn is lost, but few slots are served at once, so that the wheel lags rather than blocks', () => {
  const pacer = createPacer(10, 4);
  const { seen, at } = recordTurns(100);
  pacer.join(
    0,
    at(() => turn),
  );
  let turn = 1;
  for (; turn <= 9; turn++) pacer.advance(35);
  expect(seen).toEqual([3, 5, 8]);
});
