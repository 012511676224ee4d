import { blockableKinds, type EntityKind, entityKinds } from '@tollgate/schema';
import fc from 'fast-check';
import type { ChangeSetOptions, RequestedChange } from '../change-set/change-request.ts';
import { put, TEST_ORIGIN } from './fixed-ports.ts';

const NAMES = ['a', 'b', 'c'] as const;
type Name = (typeof NAMES)[number];

const name = fc.constantFrom(...NAMES);
const maybe = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: undefined });
const models = maybe(fc.uniqueArray(fc.constantFrom('a', 'b', 'a-too', 'x/*', '*'), { maxLength: 3 }));
const limits = maybe(fc.constantFrom('25 USD', '0.05 USD').map((limit) => [{ limit, window: 'day' }]));
const rates = maybe(fc.constantFrom('600 requests', '9 tokens').map((limit) => [{ limit, window: '1m' }]));
const description = maybe(fc.constantFrom('one', 'ß: "x"\n'));
const secret = (owner: string) => maybe(fc.constantFrom(`the first secret of ${owner}`, `the second one of ${owner}`));
const sealed = (owner: string) => secret(owner).map((value) => (value === undefined ? undefined : { value }));
const tenant = fc.oneof(
  name.map((organization) => ({ organization })),
  name.map((team) => ({ team })),
  name.map((project) => ({ project })),
);

/** What may be declared of each kind, under one of three names; what it refers to may not be there. */
const declarations: Readonly<Record<EntityKind, (name: Name) => fc.Arbitrary<object>>> = {
  provider: (n) => fc.record({ type: fc.constantFrom('openai', 'anthropic'), apiKey: sealed(n), budgets: limits }),
  model: () => fc.record({ deployments: name.map((provider) => [{ provider, model: 'any' }]), rateLimits: rates }),
  alias: (n) => fc.constantFrom({ model: n }, { alias: `${n}-again` }),
  'access-group': () => fc.record({ models: fc.constantFrom(['a'], ['b', 'x/*']), description }),
  organization: () => fc.record({ models, budgets: limits, description }),
  team: () => fc.record({ organization: maybe(name), models, accessGroups: maybe(name.map((group) => [group])) }),
  project: () => fc.record({ team: name, models, rateLimits: rates }),
  user: (n) =>
    fc.record({ email: maybe(fc.constantFrom(`${n}@x.example`, `${n}@y.example`)), displayName: description }),
  member: () =>
    tenant.chain((held) =>
      fc
        .record({ user: name, role: fc.constantFrom('member', 'billing-viewer') })
        .map((rest) => ({ ...held, ...rest })),
    ),
  'service-account': () => maybe(tenant).map((held) => held ?? {}),
  customer: () => fc.record({ organization: maybe(name), displayName: description, defaultModel: maybe(name), models }),
  tag: () => fc.record({ budgets: limits, rateLimits: rates }),
  'virtual-key': (n) =>
    fc.record({
      team: maybe(name),
      user: maybe(name),
      customer: maybe(name),
      models,
      tags: maybe(fc.constant(['t'])),
      secret: sealed(`key ${n}`),
    }),
  budget: () => fc.record({ scope: tenant, limit: fc.constantFrom('1 USD', '2 USD'), window: fc.constant('month') }),
  'rate-limit': () => fc.record({ scope: name.map((provider) => ({ provider })), limit: fc.constant('3 concurrent') }),
  'price-override': () => fc.record({ model: name, provider: maybe(name), discountPercent: fc.constantFrom(5, 10) }),
  webhook: (n) => fc.record({ url: fc.constant('https://hook.example'), secret: sealed(`webhook ${n}`) }),
  'alert-rule': () =>
    fc.record({
      trigger: fc.constant('slow-calls'),
      longerThan: fc.constant('30s'),
      webhooks: name.map((hook) => [hook]),
    }),
  'pass-through-endpoint': (n) => fc.record({ target: fc.constant('https://x.example'), apiKey: sealed(n) }),
  'role-binding': () =>
    fc.record({
      subject: fc.oneof(
        name.map((user) => ({ user })),
        name.map((serviceAccount) => ({ serviceAccount })),
      ),
      role: fc.constant('member'),
      on: tenant,
    }),
  'node-group': () => fc.record({ nodes: fc.constantFrom(['n-1'], ['n-*']) }),
  'approval-rule': () => fc.record({ kinds: fc.constantFrom(['tag'], ['tag', 'webhook']), organization: maybe(name) }),
};

/** Models and aliases must not share their names, and a pass-through endpoint's name is a path. */
function nameOf(kind: EntityKind, one: Name): string {
  if (kind === 'alias') return `${one}-too`;
  return kind === 'pass-through-endpoint' ? `/${one}` : one;
}

const kind = fc.constantFrom(...entityKinds);
export type Declared = { readonly kind: EntityKind; readonly name: string; readonly declaration: object };

const toPut = ({ kind, name: n, declaration }: Declared): RequestedChange => put(kind, n, declaration);

/** A put of anything of these kinds. */
export const anyPutOf = (kinds: readonly EntityKind[]): fc.Arbitrary<Declared> =>
  fc
    .tuple(fc.constantFrom(...kinds), name)
    .chain(([k, n]) => declarations[k](n).map((declaration) => ({ kind: k, name: nameOf(k, n), declaration })));
const anyDelete = fc
  .tuple(kind, name, fc.boolean())
  .map(([k, n, cascade]) => ({ op: 'delete', kind: k, name: nameOf(k, n), cascade }) as const);
const anyAct: fc.Arbitrary<RequestedChange> = fc.oneof(
  fc
    .tuple(fc.constantFrom('block', 'unblock'), fc.constantFrom(...blockableKinds), name)
    .map(([op, k, n]) => ({ op, kind: k, name: n }) as const),
  fc.tuple(fc.constantFrom('user', 'customer'), name).map(([k, n]) => ({ op: 'erase', kind: k, name: n }) as const),
  fc
    .tuple(name, maybe(fc.constant('24h')))
    .map(([n, grace]) => ({ op: 'rotate', kind: 'virtual-key', name: n, rotation: { grace } }) as const),
);

/** A change of anything, of every kind and with every act; many of them are refused, as what they need is not there. */
export const anyChange: fc.Arbitrary<RequestedChange> = fc.oneof(
  { weight: 6, arbitrary: anyPutOf(entityKinds).map(toPut) },
  { weight: 1, arbitrary: anyDelete },
  { weight: 2, arbitrary: anyAct },
);

/** What to choose for a rollback of some entities. */
export const anyEntity = fc.tuple(kind, name).map(([k, n]) => ({ kind: k, name: nameOf(k, n) }));

const declared = (kind: EntityKind, name: string, declaration: object): Declared => ({ kind, name, declaration });

/** One of each kind under each name, so that few changes are refused. */
export const everyDeclaration: readonly Declared[] = NAMES.flatMap((n) => [
  declared('provider', n, { type: 'openai', apiKey: { value: `sk-secret-of-${n}` } }),
  declared('model', n, { deployments: [{ provider: n, model: 'any' }] }),
  declared('alias', nameOf('alias', n), { model: n }),
  declared('access-group', n, { models: [n] }),
  declared('organization', n, {}),
  declared('team', n, { organization: n }),
  declared('project', n, { team: n }),
  declared('user', n, { email: `${n}@x.example` }),
  declared('member', n, { user: n, team: n, role: 'member' }),
  declared('service-account', n, { team: n }),
  declared('customer', n, { displayName: n }),
  declared('tag', n, {}),
  declared('virtual-key', n, { team: n }),
  declared('budget', n, { scope: { team: n }, limit: '1 USD', window: 'day' }),
  declared('rate-limit', n, { scope: { provider: n }, limit: '3 concurrent' }),
  declared('price-override', n, { model: n, discountPercent: 1 }),
  declared('webhook', n, { url: 'https://hook.example' }),
  declared('alert-rule', n, { trigger: 'slow-calls', longerThan: '30s', webhooks: [n] }),
  declared('pass-through-endpoint', nameOf('pass-through-endpoint', n), { target: 'https://x.example' }),
  declared('role-binding', n, { subject: { user: n }, role: 'billing-viewer', on: { team: n } }),
  declared('node-group', n, { nodes: [n] }),
  declared('approval-rule', n, { kinds: ['node-group'], organization: n }),
]);

/** The same as changes. */
export const everyKind: readonly RequestedChange[] = everyDeclaration.map(toPut);

/** Approval rules are among what is changed, and nobody else is there to approve. */
export const OVERRIDING = { overrideApproval: true, reason: 'nobody else is there' } satisfies ChangeSetOptions;
export const OVERRIDER = { ...TEST_ORIGIN, mayOverrideApproval: true };
