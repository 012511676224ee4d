import { expect, test } from 'vitest';
import { createCrewReport } from './crew-report.ts';

type Fake = ReturnType<ReturnType<typeof fakeCrew>['serving']>[number];

/** What workers answer when they are asked whether they are ready. */
const fakeCrew = (answers: readonly (string | null | undefined)[], problems: readonly string[]) => ({
  serving: () => answers.map((answer, pid) => ({ pid, ask: async () => answer as never })),
  problems: () => problems,
});

const readiness = (answers: readonly (string | null | undefined)[], problems: readonly string[] = []) =>
  createCrewReport<Fake>({
    crew: fakeCrew(answers, problems),
    wanted: 2,
    counts: { text: async () => '' },
    ownFamilies: async () => [],
  }).answer('readiness');

test.each([
  ['all workers are', [null, null], [], true, 'ready'],
  [
    'one is, and the other is being replaced',
    [null],
    ['worker 2 starts'],
    true,
    'ready, with 1 of 2 workers: worker 2 starts',
  ],
  ['one does not answer', [null, undefined], [], true, 'ready, with 1 of 2 workers: process 1 does not answer'],
  ['one cannot record', [null, 'usage cannot be recorded'], [], false, 'usage cannot be recorded'],
  ['there is none', [], ['worker 1 ended', 'worker 2 ended'], false, '0 of 2 workers: worker 1 ended; worker 2 ended'],
])('of a node, when %s', async (_, answers, problems, isReady, text) => {
  expect(await readiness(answers, problems)).toEqual({ isReady, text });
});
