import { expect, test } from 'vitest';
import { pinnedCommand, placement } from './pinning.ts';

test('on two cores a busily waiting generator gets one, and otherwise the gateway does', () => {
  expect(placement('auto', true, 2)).toEqual({ generator: 0, upstream: 1, gateway: 1 });
  expect(placement('auto', false, 2)).toEqual({ generator: 0, upstream: 0, gateway: 1 });
});

test('with a core for each nobody shares, with one core or by wish nothing is pinned', () => {
  expect(placement('gateway-alone', false, 4)).toEqual({ generator: 0, upstream: 1, gateway: 2 });
  expect(placement('auto', false, 1)).toBeUndefined();
  expect(placement('off', false, 8)).toBeUndefined();
  expect(pinnedCommand(undefined, ['wrk', '-t1'])).toEqual(['wrk', '-t1']);
});
