import { expect, test } from 'vitest';
import { newFlowCookie, readFlow } from './oidc-flow.ts';

test('a flow comes back from its cookie, and no two flows share a value', () => {
  const cookies = [newFlowCookie('/keys?a=b'), newFlowCookie('/')];
  const flows = cookies.map(readFlow);
  expect(flows[0]).toEqual(readFlow(cookies[0]));
  expect(flows[0]?.returnPath).toBe('/keys?a=b');
  const values = flows.flatMap((flow) => [flow?.state, flow?.nonce, flow?.codeVerifier]);
  expect(new Set(values).size).toBe(6);
  for (const value of values) expect(value).toMatch(/^[A-Za-z0-9_-]{43}$/);
  expect(cookies.some((cookie) => values.some((value) => cookie.includes(value ?? '')))).toBe(false);
});

test.each([undefined, '', 'x', '.', `${'a'.repeat(42)}.`, `${'a'.repeat(43)}`, `${'a'.repeat(43)}.%2F`])(
  '%j is no flow',
  (cookie) => expect(readFlow(cookie)).toBeUndefined(),
);
