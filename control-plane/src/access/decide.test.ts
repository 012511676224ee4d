import { entityKinds, isBlockable, type Role, roleNames } from '@tollgate/schema';
import { expect, test } from 'vitest';
import { type Chain, decide, type Resource } from './decide.ts';
import { entityActions, entityPolicy } from './policy.ts';
import { adminPrincipal, type Principal } from './principal.ts';
import { type Place, roleMeanings } from './roles.ts';
import { type TokenScope, tokenScopes } from './scopes.ts';

const user = (...bindings: readonly [Role, Place][]): Principal => ({
  kind: 'user',
  name: 'ada',
  sessionId: 's',
  scopes: tokenScopes,
  bindings: bindings.map(([role, on]) => ({ role, on })),
});

const ACME: Chain = ['organization:acme'];
const SEARCH: Chain = ['team:search', ...ACME];
const RANKING: Chain = ['project:ranking', ...SEARCH];
const OTHER: Chain = ['team:other', 'organization:globex'];

const resource = (kind: Resource['kind'], chains: readonly Chain[], more: Partial<Resource> = {}): Resource => ({
  kind,
  name: 'x',
  chains,
  roles: [],
  ...more,
});
const key = (...chains: readonly Chain[]) => resource('virtual-key', chains);
const team = { ...resource('team', [ACME]), name: 'search' };

test('every kind of entity has a row, and every row a kind', () => {
  expect(Object.keys(entityPolicy).toSorted()).toEqual([...entityKinds].toSorted());
});

test('exactly the kinds that can be blocked have somebody who may', () => {
  expect(entityKinds.filter((kind) => entityPolicy[kind].operate.length > 0)).toEqual(entityKinds.filter(isBlockable));
});

test('a role holds where it is bound and below, and nowhere else', () => {
  const admin = user(['team-admin', 'team:search']);
  expect(decide(admin, 'put', key(SEARCH)).kind).toBe('allowed');
  expect(decide(admin, 'put', key(RANKING)).kind).toBe('allowed');
  expect(decide(admin, 'put', key(ACME)).kind).toBe('refused');
  expect(decide(admin, 'put', key(OTHER)).kind).toBe('refused');
  expect(decide(admin, 'put', key()).kind).toBe('refused');
});

test('who belongs to two things is read by the admin of either, and changed only by who administers both', () => {
  const both = key(SEARCH, OTHER);
  expect(decide(user(['team-admin', 'team:search']), 'read', both).kind).toBe('allowed');
  expect(decide(user(['team-admin', 'team:search']), 'put', both)).toEqual({
    kind: 'refused',
    needed: { role: 'team-admin', on: 'team:other' },
  });
  const admin = user(['team-admin', 'team:search'], ['team-admin', 'team:other']);
  expect(decide(admin, 'put', both).kind).toBe('allowed');
});

test('who administers a team does not change the team itself, nor what limits it', () => {
  const admin = user(['team-admin', 'team:search']);
  expect(decide(admin, 'read', team).kind).toBe('allowed');
  const needed = { kind: 'refused', needed: { role: 'organization-admin', on: 'organization:acme' } };
  expect(decide(admin, 'put', team)).toEqual(needed);
  expect(decide(admin, 'put', resource('budget', [SEARCH], { limits: team }))).toEqual(needed);
  expect(decide(admin, 'put', resource('budget', [SEARCH], { limits: key(SEARCH) })).kind).toBe('allowed');
  expect(decide(user(['organization-admin', 'organization:acme']), 'put', team).kind).toBe('allowed');
  expect(decide(user(['team-admin', 'project:ranking']), 'delete', resource('project', [SEARCH])).kind).toBe('refused');
});

test('nobody gives a role that he may not give there, nor takes over who has one', () => {
  const binding = (role: Role, at: Chain) => resource('role-binding', [at], { roles: [{ role, at }] });
  const admin = user(['team-admin', 'team:search']);
  expect(decide(admin, 'put', binding('team-admin', SEARCH)).kind).toBe('allowed');
  expect(decide(admin, 'put', binding('member', RANKING)).kind).toBe('allowed');
  expect(decide(admin, 'put', binding('organization-admin', SEARCH))).toEqual({
    kind: 'refused',
    needed: { role: 'organization-admin', on: 'organization:acme' },
  });
  expect(decide(admin, 'put', binding('member', OTHER)).kind).toBe('refused');
  const organizationAdmin = user(['organization-admin', 'organization:acme']);
  const strong = resource('user', [SEARCH], { roles: [{ role: 'platform-viewer', at: [] }] });
  expect(decide(organizationAdmin, 'put', resource('user', [SEARCH])).kind).toBe('allowed');
  expect(decide(organizationAdmin, 'put', strong)).toEqual({
    kind: 'refused',
    needed: { role: 'platform-admin', on: 'platform' },
  });
});

test('no role may give a stronger one: whoever is given a role could not do more than the giver', () => {
  const reach = (role: Role) =>
    entityKinds.flatMap((kind) =>
      entityActions
        .filter((action) => {
          const holder = user([role, role.startsWith('platform') ? 'platform' : 'organization:acme']);
          return decide(holder, action, resource(kind, [SEARCH])).kind === 'allowed';
        })
        .map((action) => `${action} ${kind}`),
    );
  for (const giver of roleNames) {
    for (const given of roleMeanings[giver].mayGive) {
      expect([giver, given, reach(given).filter((act) => !reach(giver).includes(act))]).toEqual([giver, given, []]);
    }
  }
});

test('a user reads himself and his keys, and may block and rotate them but not unblock or change them', () => {
  const own = { ...key(SEARCH), user: 'ada' };
  const allowed = entityActions.filter((action) => decide(user(), action, own).kind === 'allowed');
  expect(allowed).toEqual(['read', 'block', 'rotate']);
  expect(decide(user(), 'read', { ...resource('user', []), user: 'ada' }).kind).toBe('allowed');
  expect(decide(user(), 'read', { ...resource('user', []), user: 'bob' }).kind).toBe('refused');
  const account: Principal = { ...user(), kind: 'service-account', tokenId: 't' };
  expect(decide(account, 'block', own).kind).toBe('refused');
});

test('a scope takes away what a role allows, and gives nothing that it does not', () => {
  const admin = (...scopes: readonly TokenScope[]): Principal => ({ ...adminPrincipal, scopes });
  expect(decide(admin('keys:write'), 'put', key(SEARCH)).kind).toBe('allowed');
  expect(decide(admin('keys:write'), 'put', team)).toEqual({ kind: 'out of scope', needed: ['config:write'] });
  expect(decide(admin('keys:write'), 'read', team)).toEqual({ kind: 'out of scope', needed: ['config:read'] });
  expect(decide(admin('config:read', 'config:write'), 'put', resource('user', [])).kind).toBe('out of scope');
  expect(decide({ ...user(), scopes: tokenScopes }, 'put', key(SEARCH)).kind).toBe('refused');
});

test('a platform admin may do everything to every kind, a platform viewer reads everything', () => {
  const viewer = user(['platform-viewer', 'platform']);
  for (const kind of entityKinds) {
    for (const action of entityActions) {
      const allowed = decide(adminPrincipal, action, resource(kind, [SEARCH], { limits: team })).kind === 'allowed';
      const isOperation = action === 'block' || action === 'unblock' || action === 'rotate';
      expect([kind, action, allowed]).toEqual([kind, action, !isOperation || entityPolicy[kind].operate.length > 0]);
      expect(decide(viewer, action, resource(kind, [SEARCH])).kind === 'allowed').toBe(
        action === 'read' || (entityPolicy[kind].write === 'everyone' && !isOperation),
      );
    }
  }
});

test('a refused read names the weakest role that would do, at the nearest place', () => {
  expect(decide(user(), 'read', key(RANKING))).toEqual({
    kind: 'refused',
    needed: { role: 'member', on: 'project:ranking' },
  });
  expect(decide(user(), 'read', resource('provider', []))).toEqual({
    kind: 'refused',
    needed: { role: 'platform-viewer', on: 'platform' },
  });
});
