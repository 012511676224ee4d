import { expect, test } from 'vitest';
import { findBlockers } from './sealing-keys.ts';

const previous = { keyId: 'old', isCurrent: false, isAccepted: true, dataKeys: 0, onlyDataKeys: 0 };

test('a sealing key can be taken out once no data key needs it and every process accepts the current one', () => {
  const holders = [
    { name: 'node a', sealingKeys: ['new', 'old'] },
    { name: 'node b', sealingKeys: ['old', 'new'] },
  ];
  expect(findBlockers(previous, 'new', holders)).toEqual([]);
  expect(findBlockers({ ...previous, dataKeys: 9 }, 'new', holders)).toEqual([]);
});

test('what still needs it is named, each with what to do', () => {
  const holders = [
    { name: 'node a', sealingKeys: ['old'] },
    { name: 'node b', sealingKeys: null },
    { name: 'node c', sealingKeys: ['new'] },
  ];
  expect(findBlockers({ ...previous, dataKeys: 9, onlyDataKeys: 3 }, 'new', holders)).toEqual([
    '3 data keys are not wrapped with the current sealing key: run rewrapDataKeys',
    'node a does not accept the current sealing key: restart it with that',
    'node b does not accept the current sealing key: restart it with that',
  ]);
});

test('the current sealing key is never taken out', () => {
  expect(findBlockers({ ...previous, isCurrent: true }, 'old', [])).toEqual(['it is the current sealing key']);
});
