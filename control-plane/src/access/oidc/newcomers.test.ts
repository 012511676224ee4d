import { entityName } from '@tollgate/schema';
import { expect, test } from 'vitest';
import { userNameOf } from './newcomers.ts';

test.each([
  ['ada.lovelace@example.com', 1, 'ada.lovelace'],
  ['Ada@example.com', 2, 'ada-2'],
  ['a+b c@example.com', 1, 'a-b-c'],
  ['"x@y"@example.com', 1, 'x-y-'],
  ['_ada@example.com', 1, 'ada'],
  ['ädä@example.com', 1, 'd-'],
  ['@example.com', 1, 'user'],
  [`${'x'.repeat(300)}@example.com`, 3, `${'x'.repeat(100)}-3`],
])('%s comes in as a user with a name that may be declared', (email, number, name) => {
  expect(userNameOf(email, number)).toBe(name);
  expect(entityName.safeParse(name).success).toBe(true);
});
