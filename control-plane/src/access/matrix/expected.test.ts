import type { EntityKind } from '@tollgate/schema';
import { expect, test } from 'vitest';
import type { RoleCase } from '../../test-support/tenants.ts';
import type { EntityAction } from '../policy.ts';
import { expected } from './expected.ts';

/** Said by hand, so that the matrix does not only compare the policy with itself. */
const cases: readonly (readonly [RoleCase, EntityAction, EntityKind, string, 'allowed' | 'refused'])[] = [
  ['platform-admin', 'put', 'organization', 'globex', 'allowed'],
  ['platform-viewer', 'read', 'provider', 'demo', 'allowed'],
  ['platform-viewer', 'put', 'tag', 'prod', 'refused'],
  ['organization-admin', 'put', 'team', 'acme-search', 'allowed'],
  ['organization-admin', 'put', 'organization', 'acme', 'refused'],
  ['organization-admin', 'put', 'budget', 'acme-organization-budget', 'refused'],
  ['organization-admin', 'read', 'team', 'globex-search', 'refused'],
  ['organization-admin', 'block', 'user', 'acme-member', 'allowed'],
  ['organization-admin', 'put', 'user', 'root', 'refused'],
  ['organization-admin', 'read', 'customer', 'shopper', 'refused'],
  ['organization-admin', 'read', 'webhook', 'pager', 'refused'],
  ['team-admin', 'put', 'virtual-key', 'acme-key', 'allowed'],
  ['team-admin', 'put', 'virtual-key', 'globex-key', 'refused'],
  ['team-admin', 'put', 'team', 'acme-search', 'refused'],
  ['team-admin', 'put', 'budget', 'acme-team-budget', 'refused'],
  ['team-admin', 'put', 'budget', 'acme-key-budget', 'allowed'],
  ['team-admin', 'put', 'rate-limit', 'acme-project-limit', 'allowed'],
  ['team-admin', 'delete', 'member', 'acme-boss-in', 'refused'],
  ['team-admin', 'delete', 'member', 'acme-member-in', 'allowed'],
  ['team-admin', 'read', 'organization', 'acme', 'refused'],
  ['team-admin', 'put', 'user', 'acme-member', 'refused'],
  ['team-admin of a project', 'put', 'virtual-key', 'acme-own-key', 'allowed'],
  ['team-admin of a project', 'read', 'virtual-key', 'acme-key', 'refused'],
  ['team-admin of a project', 'put', 'project', 'acme-ranking', 'refused'],
  ['member', 'read', 'virtual-key', 'acme-key', 'allowed'],
  ['member', 'block', 'virtual-key', 'acme-own-key', 'allowed'],
  ['member', 'unblock', 'virtual-key', 'acme-own-key', 'refused'],
  ['member', 'block', 'virtual-key', 'acme-key', 'refused'],
  ['member', 'read', 'model', 'small', 'allowed'],
  ['member', 'read', 'user', 'acme-boss', 'refused'],
  ['member', 'read', 'user', 'acme-member', 'allowed'],
  ['billing-viewer', 'read', 'budget', 'acme-team-budget', 'allowed'],
  ['billing-viewer', 'read', 'virtual-key', 'acme-key', 'refused'],
  ['no role', 'read', 'organization', 'acme', 'refused'],
  ['no role', 'read', 'model', 'small', 'allowed'],
];

test.each(cases)('%s, %s %s %s: %s', (role, action, kind, name, outcome) => {
  expect(expected(role, action, kind, name)).toBe(outcome);
});
