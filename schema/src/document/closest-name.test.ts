import { expect, it } from 'vitest';
import { closestName } from './closest-name.ts';

it.each([
  ['wieght', 'weight'],
  ['Weight', 'weight'],
  ['modles', 'models'],
  ['zebra', undefined],
  ['x', undefined],
])('takes %s for %s', (name, expected) => {
  expect(closestName(name, ['name', 'models', 'weight'])).toBe(expected);
});
