import { hashSecret } from '@tollgate/schema';
import { describe, expect, test } from 'vitest';
import { createConfigIndex } from '../config/config-index.ts';
import { authenticate, bearerSecret } from './authenticate.ts';
import { authorize } from './authorize.ts';
import { compileGrant, createKeyGrants } from './key-grant.ts';

const NOW_MS = Date.parse('2026-11-22T00:00:00Z');

describe('authentication', () => {
  const index = createConfigIndex();
  const put = (id: string, more: object = {}) =>
    index.put({ kind: 'virtual-key', id, value: { secretHash: hashSecret(`sk-${id}`), ...more } });
  put('good');
  put('blocked', { blocked: true });
  put('expired', { expiresAtMs: NOW_MS });
  put('expiring', { expiresAtMs: NOW_MS + 1 });
  put('rotated', {
    previousSecrets: [
      { hash: hashSecret('sk-in-grace'), untilMs: NOW_MS + 1 },
      { hash: hashSecret('sk-past-grace'), untilMs: NOW_MS },
    ],
  });

  test.each([
    ['', 'missing_api_key'],
    ['sk-unknown', 'invalid_api_key'],
    ['sk-past-grace', 'invalid_api_key'],
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

  test('a secret before the present one passes within its time of grace, as the same key', () => {
    expect(authenticate(index, 'sk-in-grace', NOW_MS)).toMatchObject({ ok: true, key: { name: 'rotated' } });
    expect(authenticate(index, 'sk-rotated', NOW_MS)).toMatchObject({ ok: true, key: { name: 'rotated' } });
  });

  test('with a key all of its secrets go', () => {
    const passing = createConfigIndex();
    const previousSecrets = [{ hash: hashSecret('sk-before'), untilMs: NOW_MS + 1 }];
    passing.put({ kind: 'virtual-key', id: 'k', value: { secretHash: hashSecret('sk-now'), previousSecrets } });
    passing.remove('virtual-key', 'k');
    for (const secret of ['sk-before', 'sk-now']) expect(authenticate(passing, secret, NOW_MS).ok).toBe(false);
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

const keyWith = (config: object) => ({ name: 'k', config: { secretHash: '', ...config } });

describe('access to models', () => {
  const index = createConfigIndex();
  index.put({ kind: 'organization', id: 'gpts', value: { models: ['gpt*', 'openai/*', 'quick'] } });
  index.put({ kind: 'team', id: 'narrow', value: { models: ['gpt', 'openai/*'] } });
  index.put({ kind: 'team', id: 'open', value: {} });
  index.put({ kind: 'team', id: 'closed', value: { models: [] } });
  index.put({ kind: 'team', id: 'inside', value: { organization: 'gpts' } });
  index.put({ kind: 'project', id: 'p', value: { team: 'inside', models: ['gpt-4', 'claude'] } });
  index.put({ kind: 'user', id: 'ada', value: { models: ['claude'] } });
  index.put({ kind: 'customer', id: 'corp', value: { organization: 'gpts' } });
  index.put({ kind: 'access-group', id: 'both', value: { models: ['gpt', 'claude'] } });
  index.put({ kind: 'alias', id: 'quick', value: { model: 'gpt' } });
  index.put({ kind: 'alias', id: 'quicker', value: { alias: 'quick' } });

  test.each([
    [{}, 'anything', true],
    [{ models: ['gpt'] }, 'gpt', true],
    [{ models: ['gpt'] }, 'gpt-4', false],
    [{ models: [] }, 'gpt', false],
    [{ team: 'narrow' }, 'gpt', true],
    [{ team: 'narrow' }, 'openai/x', true],
    [{ team: 'narrow' }, 'claude', false],
    [{ team: 'narrow', models: ['claude'] }, 'claude', false],
    [{ team: 'narrow', models: ['*'] }, 'claude', false],
    [{ team: 'open' }, 'claude', true],
    [{ team: 'closed', models: ['*'] }, 'claude', false],
    [{ team: 'unknown', models: ['*'] }, 'claude', false],
    [{ team: 'inside' }, 'gpt-4', true],
    [{ team: 'inside' }, 'claude', false],
    [{ project: 'p' }, 'gpt-4', true],
    [{ project: 'p' }, 'gpt', false],
    [{ project: 'p' }, 'claude', false],
    [{ user: 'ada' }, 'claude', true],
    [{ user: 'ada' }, 'gpt', false],
    [{ customer: 'corp' }, 'claude', false],
    [{ accessGroups: ['both'] }, 'claude', true],
    [{ accessGroups: ['both'] }, 'gpt-4', false],
    [{ accessGroups: ['both'], models: ['gpt-4'] }, 'gpt-4', true],
    [{ accessGroups: ['unknown'] }, 'gpt', false],
    [{ models: ['quick'] }, 'quick', true],
    [{ models: ['quick'] }, 'gpt', false],
    [{ models: ['gpt'] }, 'quick', true],
    [{ models: ['gpt'] }, 'quicker', true],
    [{ models: ['claude'] }, 'quicker', false],
  ])('the key %j may ask for %s: %s', (config, model, expected) => {
    const grant = compileGrant(index, keyWith(config));
    expect([grant.mayUse(model), grant.mayUse(model)]).toEqual([expected, expected]);
  });

  describe('with names of its own routing', () => {
    const routed = (routing: Readonly<Record<string, string>>, more: object = {}) => ({
      routing: { models: routing },
      ...more,
    });
    index.put({ kind: 'team', id: 'routed', value: routed({ smart: 'claude', fast: 'gpt' }) });
    index.put({ kind: 'team', id: 'routed-narrow', value: routed({ smart: 'claude' }, { models: ['smart'] }) });
    index.put({
      kind: 'team',
      id: 'routed-inside',
      value: routed({ gpt: 'claude', smart: 'gpt-4' }, { organization: 'gpts' }),
    });
    index.put({ kind: 'project', id: 'of-routed', value: { team: 'routed', models: ['smart'] } });

    test.each([
      [{}, 'smart', 'smart'],
      [{ team: 'routed' }, 'smart', 'claude'],
      [{ project: 'of-routed' }, 'smart', 'claude'],
      [{ team: 'routed' }, 'constructor', 'constructor'],
      [routed({ smart: 'gpt' }, { team: 'routed' }), 'smart', 'gpt'],
      [routed({ smart: 'gpt' }, { team: 'routed' }), 'fast', 'gpt'],
      // Once, and not again over what a team says of that.
      [routed({ any: 'smart' }, { team: 'routed' }), 'any', 'smart'],
      [routed({ quick: 'claude' }), 'quick', 'claude'],
    ])('for the key %j %s stands for %s', (config, name, expected) => {
      expect(compileGrant(index, keyWith(config)).standsFor(name)).toBe(expected);
    });

    test.each([
      // Whoever declares it may allow the name alone.
      [routed({ smart: 'claude' }, { models: ['smart'] }), 'smart', true],
      [routed({ smart: 'claude' }, { models: ['claude'] }), 'smart', true],
      [routed({ smart: 'claude' }, { models: ['gpt'] }), 'smart', false],
      [{ team: 'routed-narrow' }, 'smart', true],
      [{ team: 'routed-narrow' }, 'claude', false],
      [{ team: 'routed-narrow', models: ['smart'] }, 'smart', true],
      [{ project: 'of-routed' }, 'smart', true],
      [{ project: 'of-routed' }, 'fast', false],
      // All others have to allow what it leads to.
      [{ team: 'routed-inside' }, 'gpt', false],
      [{ team: 'routed-inside' }, 'smart', true],
      [routed({ gpt: 'claude' }, { team: 'narrow' }), 'gpt', false],
      [routed({ smart: 'gpt' }, { team: 'narrow' }), 'smart', true],
      [{ team: 'routed', user: 'ada' }, 'smart', true],
      [{ team: 'routed', user: 'ada' }, 'fast', false],
      [routed({ smart: 'quicker' }, { models: ['gpt'] }), 'smart', true],
    ])('the key %j may ask for %s: %s', (config, name, expected) => {
      const grant = compileGrant(index, keyWith(config));
      expect([grant.mayAsk(name), grant.mayAsk(name)]).toEqual([expected, expected]);
    });

    test('what the key says of the rest goes before what its team says, member by member', () => {
      index.put({
        kind: 'team',
        id: 'patient',
        value: { routing: { retries: 3, timeoutMs: 9_000, timeouts: { totalMs: 60_000 } } },
      });
      index.put({ kind: 'project', id: 'of-patient', value: { team: 'patient' } });
      const policyOf = (config: object) => compileGrant(index, keyWith(config)).ownPolicy;
      const own = { routing: { strategy: 'least-busy', retries: 0, timeouts: { firstTokenMs: 500 } } };
      expect(policyOf({ team: 'routed' })).toBeUndefined();
      expect(policyOf({ ...own, project: 'of-patient' })?.policy).toEqual({
        strategy: 'least-busy',
        retries: 0,
        timeoutMs: 9_000,
        firstTokenMs: 500,
        idleMs: 9_000,
        totalMs: 60_000,
      });
      // Those who say the same are told apart by nothing.
      expect(policyOf({ project: 'of-patient' })?.id).toBe(policyOf({ team: 'patient', user: 'ada' })?.id);
      expect(policyOf({ ...own, project: 'of-patient' })?.id).not.toBe(policyOf({ team: 'patient' })?.id);
    });

    test('a model that steps in for another is that of everybody', () => {
      const grant = compileGrant(index, keyWith(routed({ gpt: 'claude' }, { models: ['claude'] })));
      expect([grant.mayAsk('gpt'), grant.mayUse('gpt')]).toEqual([true, false]);
    });
  });

  test('a grant says to whom usage is recorded, as far up as its owners are known', () => {
    const none = { organizationName: '', teamName: '', projectName: '', userName: '', customerName: '' };
    const ownersOf = (config: object) => compileGrant(index, keyWith(config)).ownerNames;
    expect(ownersOf({})).toEqual(none);
    expect(ownersOf({ project: 'p', user: 'ada' })).toEqual({
      ...none,
      organizationName: 'gpts',
      teamName: 'inside',
      projectName: 'p',
      userName: 'ada',
    });
    expect(ownersOf({ team: 'open', user: 'unknown' })).toEqual({ ...none, teamName: 'open', userName: 'unknown' });
    expect(ownersOf({ customer: 'corp' })).toEqual({ ...none, organizationName: 'gpts', customerName: 'corp' });
  });

  test('the organization of the team goes before that of the customer', () => {
    index.put({ kind: 'organization', id: 'other', value: {} });
    index.put({ kind: 'team', id: 'of-other', value: { organization: 'other' } });
    expect(compileGrant(index, keyWith({ team: 'of-other', customer: 'corp' })).ownerNames).toMatchObject({
      organizationName: 'other',
      customerName: 'corp',
    });
  });

  test('a grant is compiled once, and anew once the configuration changed', () => {
    const grants = createKeyGrants(() => index);
    const key = keyWith({});
    const before = grants.of(key);
    expect(grants.of(key)).toBe(before);
    grants.reset();
    expect(grants.of(key)).not.toBe(before);
  });
});

describe('what else a key may', () => {
  const index = createConfigIndex();
  index.put({ kind: 'organization', id: 'halted', value: { blocked: true, tags: ['org'] } });
  index.put({ kind: 'team', id: 't', value: { organization: 'halted', tags: ['team', 'both'] } });
  index.put({ kind: 'user', id: 'gone', value: { blocked: true } });

  const refusalOf = (config: object, attempt: { method?: 'get' | 'post'; path?: string; address?: string } = {}) => {
    const { method = 'post', path = '/v1/chat/completions', address = '10.1.2.3' } = attempt;
    const key = keyWith(config);
    const caller = { key, grant: compileGrant(index, key) };
    return authorize(caller, { method, path: () => path, address: () => address })?.code;
  };

  test.each([
    [{}, {}, undefined],
    [{ team: 't' }, {}, 'api_key_blocked'],
    [{ user: 'gone' }, {}, 'api_key_blocked'],
    [{ type: 'inference' }, {}, undefined],
    [{ type: 'read-only' }, {}, 'route_not_allowed'],
    [{ type: 'read-only' }, { method: 'get' as const }, undefined],
    [{ type: 'management' }, { method: 'get' as const }, 'route_not_allowed'],
    [{ allowedRoutes: ['/v1/models*'] }, {}, 'route_not_allowed'],
    [{ allowedRoutes: ['/v1/models*'] }, { path: '/v1/models/x' }, undefined],
    [{ allowedRoutes: [] }, {}, 'route_not_allowed'],
    [{ allowedIps: ['10.0.0.0/8'] }, {}, undefined],
    [{ allowedIps: ['10.1.2.4'] }, {}, 'address_not_allowed'],
    [{ allowedIps: ['10.0.0.0/8'] }, { address: '::1' }, 'address_not_allowed'],
    [{ allowedIps: ['::/64'] }, { address: '0000:0000:0000:0000:0000:0000:0000:0001' }, undefined],
    [{ allowedIps: ['10.0.0.0/8'] }, { address: 'nonsense' }, 'address_not_allowed'],
    [{ allowedIps: [] }, {}, 'address_not_allowed'],
  ])('of the key %j, %j is refused with %s', (config, attempt, code) => {
    expect(refusalOf(config, attempt)).toBe(code);
  });

  test('its usage carries its own tags and those of its tenants, each once', () => {
    const grant = compileGrant(index, keyWith({ team: 't', tags: ['both', 'key'] }));
    expect(grant.tags).toEqual(['both', 'key', 'team', 'org']);
  });
});
