import { hashSecret } from '@tollgate/schema';
import { describe, expect, test } from 'vitest';
import { createConfigIndex } from '../config/config-index.ts';
import { authenticate, bearerSecret } from './authenticate.ts';
import { mayUseModel } from './model-access.ts';

const NOW_MS = Date.parse('2026-11-22T00:00:00Z');

describe('authentication', () => {
  const index = createConfigIndex();
  const put = (id: string, more: object = {}) =>
    index.put({ kind: 'virtual-key', id, value: { secretHash: hashSecret(`sk-${id}`), ...more } });
  put('good');
  put('blocked', { blocked: true });
  put('expired', { expiresAtMs: NOW_MS });
  put('expiring', { expiresAtMs: NOW_MS + 1 });

  test.each([
    ['', 'missing_api_key'],
    ['sk-unknown', 'invalid_api_key'],
    ['sk-blocked', 'api_key_blocked'],
    ['sk-expired', 'api_key_expired'],
  ])('the secret %j is refused with %s', (secret, code) => {
    const result = authenticate(index, secret, NOW_MS);
    expect(result).toMatchObject({ ok: false, error: { code } });
    expect(JSON.stringify(result)).not.toContain(secret || 'never');
  });

  test.each(['good', 'expiring'])('the key %s passes', (name) => {
    expect(authenticate(index, `sk-${name}`, NOW_MS)).toMatchObject({ ok: true, key: { name } });
  });

  test.each([
    [{ authorization: 'Bearer sk-1' }],
    [{ authorization: 'bearer  sk-1 ' }],
    [{ 'x-api-key': 'sk-1' }],
    [{ 'api-key': 'sk-1' }],
    [{ authorization: 'Bearer sk-1', 'x-api-key': 'sk-2' }],
  ] as Record<string, string>[][])('the secret is found in %j', (headers) => {
    expect(bearerSecret((name) => headers?.[name] ?? '')).toBe('sk-1');
  });
});

describe('access to models', () => {
  const index = createConfigIndex();
  index.put({ kind: 'team', id: 'narrow', value: { models: ['gpt', 'openai/*'] } });
  index.put({ kind: 'team', id: 'open', value: {} });
  index.put({ kind: 'team', id: 'closed', value: { models: [] } });

  test.each([
    [undefined, undefined, 'anything', true],
    [undefined, ['gpt'], 'gpt', true],
    [undefined, ['gpt'], 'gpt-4', false],
    [undefined, [], 'gpt', false],
    ['narrow', undefined, 'gpt', true],
    ['narrow', undefined, 'openai/x', true],
    ['narrow', undefined, 'claude', false],
    ['narrow', ['claude'], 'claude', false],
    ['narrow', ['*'], 'claude', false],
    ['open', undefined, 'claude', true],
    ['closed', ['*'], 'claude', false],
    ['unknown', ['*'], 'claude', false],
  ])('team %s, key %j: %s is allowed: %s', (team, models, model, expected) => {
    const config = {
      secretHash: '',
      ...(team === undefined ? {} : { team }),
      ...(models === undefined ? {} : { models }),
    };
    expect(mayUseModel(index, { name: 'k', config }, model)).toBe(expected);
  });
});
