import { expect, test } from 'vitest';
import { brokenOutside } from './broken-outside.ts';

test('an exchange that broke without touching any window is found; one that was answered is not', () => {
  const broken = (sentAtMs: number, endedAtMs: number) =>
    ({ model: 'a', sentAtMs, endedAtMs, outcome: { type: 'broken', id: undefined } }) as const;
  const answered = { ...broken(1, 2), outcome: { type: 'answered', id: '1', status: 200, body: '' } } as const;
  const windows = [
    { fromMs: 10, toMs: 20 },
    { fromMs: 50, toMs: 60 },
  ];
  const early = broken(1, 9);
  const between = broken(21, 49);
  expect(brokenOutside([early, broken(9, 10), broken(15, 16), between, broken(60, 70), answered], windows)).toEqual([
    early,
    between,
  ]);
});
