import type { EntityKind } from '@tollgate/schema';

export type Tenant = 'acme' | 'globex';
export const tenants: readonly Tenant[] = ['acme', 'globex'];

type Entity = { readonly kind: EntityKind; readonly name: string; readonly declaration: object };

const entity = (kind: EntityKind, name: string, declaration: object): Entity => ({ kind, name, declaration });

/** An organization with something of every kind that a tenant has. The names start with that of the tenant. */
export function tenantEntities(tenant: Tenant): readonly Entity[] {
  const named = (name: string) => `${tenant}-${name}`;
  const [team, project] = [named('search'), named('ranking')];
  const user = (name: string) => entity('user', named(name), { email: `${name}@${tenant}.example` });
  const spending = { limit: '25 USD', window: 'month' };
  return [
    entity('organization', tenant, { budgets: [{ limit: '5000 USD', window: 'month' }] }),
    entity('team', team, { organization: tenant }),
    entity('project', project, { team }),
    ...['boss', 'lead', 'member', 'accountant', 'maker'].map(user),
    entity('member', named('boss-in'), { user: named('boss'), organization: tenant, role: 'organization-admin' }),
    entity('member', named('lead-in'), { user: named('lead'), team, role: 'team-admin' }),
    entity('member', named('member-in'), { user: named('member'), team, role: 'member' }),
    entity('member', named('accountant-in'), {
      user: named('accountant'),
      organization: tenant,
      role: 'billing-viewer',
    }),
    entity('service-account', named('ci'), { team }),
    entity('role-binding', named('ci-may'), {
      subject: { serviceAccount: named('ci') },
      role: 'team-admin',
      on: { project },
    }),
    entity('role-binding', named('maker-may'), {
      subject: { user: named('maker') },
      role: 'team-admin',
      on: { project },
    }),
    entity('virtual-key', named('key'), { team }),
    entity('virtual-key', named('own-key'), { project, user: named('member') }),
    entity('budget', named('organization-budget'), { scope: { organization: tenant }, ...spending }),
    entity('budget', named('team-budget'), { scope: { team }, ...spending }),
    entity('budget', named('key-budget'), { scope: { key: named('key') }, ...spending }),
    entity('budget', named('member-budget'), { scope: { member: named('member-in') }, ...spending }),
    entity('budget', named('user-budget'), { scope: { user: named('member') }, ...spending }),
    entity('approval-rule', named('approval'), { organization: tenant, kinds: ['node-group'] }),
    entity('rate-limit', named('project-limit'), { scope: { project }, limit: '10 concurrent' }),
  ];
}

/** What belongs to no tenant, with something of every kind, and the platform's own users. */
export const platformEntities: readonly Entity[] = [
  entity('user', 'root', { email: 'root@example.com' }),
  entity('user', 'auditor', { email: 'auditor@example.com' }),
  entity('user', 'nobody', { email: 'nobody@example.com' }),
  entity('role-binding', 'root-may', { subject: { user: 'root' }, role: 'platform-admin', on: { platform: true } }),
  entity('role-binding', 'auditor-may', {
    subject: { user: 'auditor' },
    role: 'platform-viewer',
    on: { platform: true },
  }),
  entity('service-account', 'robot', {}),
  entity('customer', 'shopper', { displayName: 'A. Shopper' }),
  entity('tag', 'prod', {}),
  entity('provider', 'demo', { type: 'mock' }),
  entity('model', 'small', { deployments: [{ provider: 'demo', model: 'any' }] }),
  entity('alias', 'tiny', { model: 'small' }),
  entity('access-group', 'cheap', { models: ['small'] }),
  entity('price-override', 'contract', { model: 'any', discountPercent: 10 }),
  entity('virtual-key', 'platform-key', {}),
  entity('budget', 'everything', { scope: { platform: true }, limit: '9000 USD', window: 'month' }),
  entity('rate-limit', 'demo-limit', { scope: { provider: 'demo' }, limit: '600 requests', window: '1m' }),
  entity('webhook', 'pager', { url: 'https://pager.example/hook' }),
  entity('alert-rule', 'spent', { trigger: 'budget-spent', thresholdPercent: 80, webhooks: ['pager'] }),
  entity('pass-through-endpoint', '/batch', { target: 'https://batch.example' }),
  entity('node-group', 'canary', { nodes: ['node-1'] }),
  entity('approval-rule', 'two-pairs-of-eyes', { kinds: ['price-override'] }),
];

/** Everything, in an order in which each refers to those before it. */
export const allEntities: readonly Entity[] = [...platformEntities, ...tenants.flatMap(tenantEntities)];

export function declarationOf(kind: EntityKind, name: string): object {
  const found = allEntities.find((declared) => declared.kind === kind && declared.name === name);
  if (!found) throw new Error(`no test declares ${kind} ${name}`);
  return found.declaration;
}

/** A user for each role, of the tenant `acme` where the role is held on a tenant. */
export const usersByRole = Object.freeze({
  'platform-admin': 'root',
  'platform-viewer': 'auditor',
  'organization-admin': 'acme-boss',
  'team-admin': 'acme-lead',
  'team-admin of a project': 'acme-maker',
  'billing-viewer': 'acme-accountant',
  member: 'acme-member',
  'no role': 'nobody',
});
export type RoleCase = keyof typeof usersByRole;
export const roleCases = Object.keys(usersByRole) as readonly RoleCase[];
