import { expect, test } from 'vitest';
import { toReturnPath } from './return-path.ts';

test.each([
  ['/keys?team=search#top', '/keys?team=search#top'],
  ['/', '/'],
  ['//evil.example', '/'],
  ['/\\evil.example', '/'],
  ['/\t/evil.example', '/'],
  ['https://evil.example/', '/'],
  ['javascript:alert(1)', '/'],
  ['keys', '/'],
  ['/a/../../keys', '/keys'],
  [['/keys'], '/'],
  [undefined, '/'],
])('%j leads to %s', (asked, path) => {
  const origin = 'https://tollgate.example';
  expect(toReturnPath(asked, origin)).toBe(path);
  expect(new URL(toReturnPath(asked, origin), origin).origin).toBe(origin);
});
