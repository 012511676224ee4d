import { expect, test } from 'vitest';
import { topSelfTimes } from './cpu-profile.ts';

const frame = (functionName: string, url: string, lineNumber: number) => ({ functionName, url, lineNumber });
const PROFILE = {
  nodes: [
    { id: 1, callFrame: frame('(idle)', '', -1) },
    { id: 2, callFrame: frame('parse', 'file:///home/me/gateway/src/http/parse.js', 9) },
    { id: 3, callFrame: frame('parse', 'file:///home/me/gateway/src/http/parse.js', 9) },
    { id: 4, callFrame: frame('', 'node:net', 0) },
    { id: 5, callFrame: frame('(garbage collector)', '', -1) },
  ],
  samples: [1, 2, 3, 4, 2, 5],
  timeDeltas: [9000, 1000, 2000, 2000, 3000, 2000],
};

test('the time of a function is summed over all places it was called from, as a share of the time that was not idle', () => {
  expect(topSelfTimes(PROFILE, 2)).toEqual([
    { name: 'parse', place: 'src/http/parse.js:10', selfMs: 6, share: 0.6 },
    { name: '(anonymous)', place: 'node:net:1', selfMs: 2, share: 0.2 },
  ]);
});
