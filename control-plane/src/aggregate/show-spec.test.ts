import { expect, test } from 'vitest';
import { showSpec } from './show-spec.ts';

const [ada, bob] = [{ sealed: 'v2.1.ada' }, { sealed: 'v2.1.bob' }];

test('secrets and personal data are not shown, but whether they changed', () => {
  expect(showSpec('user', { email: bob, displayName: ada }, { email: ada, displayName: ada })).toEqual({
    email: '(personal changed)',
    displayName: '(personal)',
  });
  const webhook = { url: 'https://example.com' };
  expect(showSpec('webhook', { ...webhook, secret: { sealed: 'b' } }, { ...webhook, secret: { sealed: 'a' } })).toEqual(
    {
      ...webhook,
      secret: { value: '(secret changed)' },
    },
  );
});

test('a field that is not set is not shown', () => {
  expect(JSON.stringify(showSpec('provider', { type: 'mock' }, undefined))).toBe('{"type":"mock"}');
});
