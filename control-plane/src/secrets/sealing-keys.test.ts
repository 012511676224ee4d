import { expect, test } from 'vitest';
import { findBlockers } from './sealing-keys.ts';

const previous = { keyId: 'old', isCurrent: false, isAccepted: true, dataKeys: 0, onlyDataKeys: 0 };

test('a sealing key can be taken out once no data key needs it and every process accepts the current one', () => {
  const holders = [
    { name: 'node a', sealingKeys: ['new', 'old'], silentSince: undefined },
    { name: 'node b', sealingKeys: ['old', 'new'], silentSince: undefined },
  ];
  expect(findBlockers(previous, 'new', holders)).toEqual([]);
  expect(findBlockers({ ...previous, dataKeys: 9 }, 'new', holders)).toEqual([]);
});

test('what still needs it is named, each with what to do', () => {
  const holders = [
    { name: 'node a', sealingKeys: ['old'], silentSince: undefined },
    { name: 'node b', sealingKeys: null, silentSince: new Date('2027-05-02T08:00:00Z') },
    { name: 'node c', sealingKeys: ['new'], silentSince: undefined },
    { name: 'analytics at http://a', sealingKeys: null, silentSince: undefined, silence: 'does not answer' },
  ];
  expect(findBlockers({ ...previous, dataKeys: 9, onlyDataKeys: 3 }, 'new', holders)).toEqual([
    '3 data keys are not wrapped with the current sealing key: run `tollgate sealing-keys rewrap`',
    'node a does not accept the current sealing key: restart it with that',
    'node b did not accept the current sealing key when it was last heard of, at 2027-05-02T08:00:00.000Z: restart it with that; if it is gone for good, never mind',
    'analytics at http://a does not answer, so whether it accepts the current sealing key is not known: see to that',
  ]);
});

test('the current sealing key is never taken out', () => {
  expect(findBlockers({ ...previous, isCurrent: true }, 'old', [])).toEqual(['it is the current sealing key']);
});
