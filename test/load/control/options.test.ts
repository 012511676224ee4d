import { expect, test } from 'vitest';
import { parseOptions } from './options.ts';

test('without options everything is measured at full size', () => {
  expect(parseOptions([])).toMatchObject({
    measurements: ['commits', 'propagation', 'plan', 'scale'],
    writers: [1, 16],
    nodes: 50,
    keys: 1_000_000,
    data: undefined,
  });
});

test('a quick run is small, and an option given beside it still counts', () => {
  expect(parseOptions(['--', '--quick', '--nodes', '20', '--only', 'propagation'])).toMatchObject({
    measurements: ['propagation'],
    nodes: 20,
    keys: 20_000,
  });
});

test('a wrong value is refused with the option and what would be right', () => {
  expect(() => parseOptions(['--only', 'speed'])).toThrow(
    '--only: "speed" is not one of commits, propagation, plan, scale',
  );
  expect(() => parseOptions(['--keys', '0'])).toThrow('--keys: "0" is not a whole number from 1');
});
