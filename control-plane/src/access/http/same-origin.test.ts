import { expect, test } from 'vitest';
import { mayUseCookie, siteOf } from './same-origin.ts';

const ORIGIN = 'https://tollgate.example';
const host = 'tollgate.example';

test.each([
  { 'sec-fetch-site': 'same-origin' },
  { 'sec-fetch-site': 'same-origin', origin: ORIGIN },
  { origin: ORIGIN },
  { origin: 'https://localhost:8443', host: 'localhost:8443' },
  { 'x-tollgate-csrf': '1' },
])('%j is taken', (headers) => expect(mayUseCookie({ host, ...headers }, ORIGIN)).toBe(true));

test.each([
  {},
  { 'sec-fetch-site': 'cross-site' },
  { 'sec-fetch-site': 'same-site' },
  { 'sec-fetch-site': 'none' },
  { 'sec-fetch-site': 'cross-site', origin: ORIGIN },
  { 'sec-fetch-site': 'cross-site', 'x-tollgate-csrf': '1' },
  { 'sec-fetch-site': 'same-origin', origin: 'https://evil.example' },
  { origin: 'https://evil.example', 'x-tollgate-csrf': '1' },
  { origin: 'http://tollgate.example' },
  { origin: 'null' },
  { origin: '' },
])('%j is refused', (headers) => expect(mayUseCookie({ host, ...headers }, ORIGIN)).toBe(false));

test('nothing is known of what says nothing of itself', () => {
  expect(siteOf({ host }, ORIGIN)).toBe('unknown');
  expect(siteOf({ host, 'x-tollgate-csrf': '1' }, ORIGIN)).toBe('unknown');
  expect(siteOf({ origin: 'https://evil.example' }, ORIGIN)).toBe('other');
});
