import { expect, test } from 'vitest';
import { createHunt } from './hunt.ts';

const SECRET = 'sk-planted-0f3a97';
const hunt = createHunt({ planted: SECRET, other: 'never-there-at-all' });

test('a secret is found in the clear, in hexadecimal digits, and in base64 of whatever stands around it', () => {
  for (const around of ['', 'a', 'ab', 'abc', '{"key":"']) {
    const text = Buffer.from(`${around}${SECRET}"}`);
    for (const form of ['utf8', 'hex', 'base64', 'base64url'] as const)
      expect([around, form, ...hunt.in(`before ${text.toString(form)} after`)]).toEqual([around, form, 'planted']);
  }
  expect(hunt.in(Buffer.from(Buffer.from(SECRET).toString('hex').toUpperCase()))).toEqual(['planted']);
});

test('what is no secret is not taken for one', () => {
  expect(hunt.in(`sk-pl4nted-0f3a97 and ${Buffer.from('sk-pl4nted-0f3a97').toString('base64')}`)).toEqual([]);
});
