import { describe, expect, test } from 'vitest';
import { complete } from './declarations-fixture.ts';
import { type EntityKind, entityKinds } from './entity-kind.ts';
import { declarationSchemas } from './kinds.ts';

test.each(entityKinds)('a complete %s is taken as it is', (kind) => {
  const parsed = declarationSchemas[kind].safeParse(complete[kind]);
  expect(parsed.error?.issues).toBeUndefined();
  expect(parsed.data).toEqual(complete[kind]);
});

type Wrong = readonly [kind: EntityKind, what: string, change: object, path: string, message: RegExp];

const budget = { limit: '10 USD', window: 'day' };
/** Of one order. */
const TWO = ['p', 'q'].map((provider) => ({ provider, model: 'm' }));

const wrong: readonly Wrong[] = [
  ['team', 'money without a currency', { budgets: [{ ...budget, limit: '10' }] }, 'budgets.0.limit', /such as 25 USD/],
  ['team', 'too fine money', { budgets: [{ ...budget, limit: '0.0000000001 USD' }] }, 'budgets.0.limit', /amount/],
  ['team', 'no window', { budgets: [{ ...budget, window: 'fortnight' }] }, 'budgets.0.window', /lifetime/],
  [
    'team',
    'a soft limit that is not below the limit',
    { budgets: [{ ...budget, softLimit: '10 USD' }] },
    'budgets.0.softLimit',
    /below the limit, which is 10 USD/,
  ],
  ['team', 'no time zone', { budgets: [{ ...budget, timezone: 'Mars' }] }, 'budgets.0.timezone', /Europe\/Berlin/],
  [
    'team',
    'a time zone of a rolling window',
    { budgets: [{ limit: '10 USD', window: '30d', timezone: 'UTC' }] },
    'budgets.0.timezone',
    /means nothing for the window 30d/,
  ],
  [
    'team',
    'a shadow that stops',
    { budgets: [{ ...budget, mode: 'shadow', hardStop: true }] },
    'budgets.0.hardStop',
    /contradicts mode: shadow/,
  ],
  ['team', 'two budgets in one window', { budgets: [budget, { ...budget, limit: '5 USD' }] }, 'budgets.1', /number 1/],
  ['team', 'a count without a unit', { rateLimits: [{ limit: '600', window: '1m' }] }, 'rateLimits.0.limit', /unit/],
  ['team', 'a rate without a window', { rateLimits: [{ limit: '6 tokens' }] }, 'rateLimits.0.window', /in which time/],
  [
    'team',
    'concurrency in a window',
    { rateLimits: [{ limit: '6 concurrent', window: '1m' }] },
    'rateLimits.0.window',
    /without a window/,
  ],
  ['user', 'no e-mail address', { email: 'ada' }, 'email', /ada@example.com/],
  [
    'member',
    'two tenants',
    { organization: 'acme' },
    '',
    /exactly one of organization, team, project.*organization and team/,
  ],
  ['member', 'no tenant', { team: undefined }, '', /exactly one of organization, team, project/],
  ['member', 'a role of another level', { role: 'platform-admin' }, 'role', /held on platform, not on team/],
  ['service-account', 'two tenants', { project: 'p' }, '', /only one of/],
  ['role-binding', 'two subjects', { subject: { user: 'a', serviceAccount: 'b' } }, 'subject', /exactly one/],
  ['role-binding', 'no place', { on: {} }, 'on', /exactly one/],
  ['role-binding', 'a role of another level', { role: 'member' }, 'role', /member is held on organization or team/],
  [
    'model',
    'a hedge after the end',
    { deployments: TWO, routing: { hedgeAfter: '2s', timeouts: { total: '2s' } } },
    'routing.hedgeAfter',
    /less than the time for the whole request, 2s/,
  ],
  [
    'model',
    'a stream that nothing could go on with',
    { deployments: [{ provider: 'p', model: 'm' }], fallbacks: undefined, routing: { midStream: 'continue' } },
    'routing.midStream',
    /declare `retries`, a second `order` or `fallbacks`/,
  ],
  ['model', 'a hedge at once', { deployments: TWO, routing: { hedgeAfter: '49ms' } }, 'routing.hedgeAfter', /50ms/],
  [
    'model',
    'a hedge that has nowhere to go',
    { routing: { hedgeAfter: '2s' } },
    'routing.hedgeAfter',
    /without a second deployment of the same order/,
  ],
  ['team', 'a name that stands for itself', { routing: { models: { a: 'a' } } }, 'routing.models.a', /circle: a → a/],
  [
    'team',
    'names in a circle',
    { routing: { models: { a: 'b', b: 'c', c: 'a' } } },
    'routing.models.a',
    /a → b → c → a/,
  ],
  [
    'virtual-key',
    'a name that is replaced as well',
    { routing: { models: { a: 'b', b: 'c' } } },
    'routing.models.a',
    /b is replaced here as well; write c/,
  ],
  ['team', 'no names', { routing: { models: {} } }, 'routing.models', /leave it out/],
  ['team', 'a wildcard', { routing: { models: { 'gpt-*': 'a' } } }, 'routing.models.gpt-*', /./],
  ['team', 'a wildcard that is to be asked for', { routing: { models: { a: 'gpt-*' } } }, 'routing.models.a', /alias/],
  ['team', 'nothing of its routing', { routing: {} }, 'routing', /leave it out/],
  [
    'virtual-key',
    'a strategy that needs something of deployments',
    { routing: { strategy: 'usage-aware' } },
    'routing.strategy',
    /`rpm` or `tpm` of deployments.*declare it on those models/,
  ],
  ['team', 'less than no retries', { routing: { retries: -1 } }, 'routing.retries', />=0/],
  ['virtual-key', 'very many retries', { routing: { retries: 11 } }, 'routing.retries', /<=10/],
  [
    'team',
    'a wait longer than the whole request',
    { routing: { timeout: '3s', timeouts: { total: '2s' } } },
    'routing.timeout',
    /at most the time for the whole request, 2s/,
  ],
  [
    'virtual-key',
    'a wait for a first token longer than the whole request',
    { routing: { timeouts: { firstToken: '3s', total: '2s' } } },
    'routing.timeouts.firstToken',
    /at most the time for the whole request, 2s/,
  ],
  ['provider', 'another host', { healthCheck: { path: '//evil.example' } }, 'healthCheck.path', /a path such as/],
  ['provider', 'a whole URL', { healthCheck: { path: 'http://evil.example' } }, 'healthCheck.path', /a path such as/],
  [
    'provider',
    'checks without a pause',
    { healthCheck: { path: '/', interval: '100ms' } },
    'healthCheck.interval',
    /at least 1s/,
  ],
  [
    'provider',
    'a check that outlasts its interval',
    { healthCheck: { path: '/', interval: '2s', timeout: '3s' } },
    'healthCheck.timeout',
    /at most the interval/,
  ],
  ['model', 'a wait without retries', { routing: { backoff: {} } }, 'routing.backoff', /without `retries`/],
  [
    'model',
    'a first wait longer than the longest',
    { routing: { retries: 1, backoff: { initial: '3s', max: '2s' } } },
    'routing.backoff.initial',
    /at most the longest wait, 2s/,
  ],
  [
    'model',
    'a part that takes longer than the whole',
    { routing: { timeouts: { firstToken: '3s', total: '2s' } } },
    'routing.timeouts.firstToken',
    /at most the time for the whole request, 2s/,
  ],
  [
    'model',
    'an option of a cooldown that there is not',
    { routing: { cooldown: { enabled: false, attempts: 3 } } },
    'routing.cooldown.attempts',
    /beside `enabled: false`/,
  ],
  [
    'model',
    'a cooldown longer than the longest',
    { routing: { cooldown: { time: '3m', maxTime: '2m' } } },
    'routing.cooldown.time',
    /at most the longest time, 2m/,
  ],
  [
    'model',
    'a strategy without what it chooses by',
    { deployments: [{ provider: 'p', model: 'm' }], routing: { strategy: 'usage-aware' } },
    'deployments.0',
    /needs `rpm` or `tpm`/,
  ],
  [
    'model',
    'what only another strategy looks at',
    { deployments: [{ provider: 'p', model: 'm', rpm: 5 }], routing: {} },
    'deployments.0.rpm',
    /means nothing for the strategy weighted; only usage-aware/,
  ],
  [
    'model',
    'a weight that no strategy looks at',
    { deployments: [{ provider: 'p', model: 'm', weight: 3 }], routing: { strategy: 'lowest-cost' } },
    'deployments.0.weight',
    /means nothing for the strategy lowest-cost, but for 0/,
  ],
  [
    'model',
    'tags on all deployments',
    { deployments: [{ provider: 'p', model: 'm', tags: ['eu'] }] },
    'deployments',
    /at least one deployment needs to be without tags/,
  ],
  ['model', 'a bond by no header', { routing: { sticky: { by: 'header' } } }, 'routing.sticky.header', /is missing/],
  [
    'model',
    'a bond with what is for another',
    { routing: { sticky: { by: 'user', characters: 5 } } },
    'routing.sticky.characters',
    /means nothing for `by: user`/,
  ],
  ['model', 'too many retries', { routing: { retries: 11 } }, 'routing.retries', /<=10/],
  [
    'model',
    'a window of nothing',
    { deployments: [{ provider: 'p', model: 'm', contextTokens: 0 }] },
    'deployments.0.contextTokens',
    />=1/,
  ],
  [
    'model',
    'a tokenizer that no node has',
    { deployments: [{ provider: 'p', model: 'm', tokenizer: 'o200k' }] },
    'deployments.0.tokenizer',
    /o200k_base/,
  ],
  ['model', 'a fallback twice', { fallbacks: ['n', 'n'] }, 'fallbacks.1', /named twice/],
  ['model', 'a budget fallback twice', { budgetFallbacks: ['n', 'n'] }, 'budgetFallbacks.1', /named twice/],
  ['model', 'a share of more than all', { budgetFallbackAtPercent: 101 }, 'budgetFallbackAtPercent', /<=100/],
  [
    'model',
    'a share of a budget from which on nothing answers',
    { budgetFallbacks: undefined, budgetFallbackAtPercent: 80 },
    'budgetFallbackAtPercent',
    /means nothing without `budgetFallbacks`/,
  ],
  ['alias', 'a model and an alias', { model: 'm' }, '', /exactly one of model, alias/],
  ['budget', 'two scopes', { scope: { team: 't', key: 'k' } }, 'scope', /exactly one of platform/],
  ['rate-limit', 'no scope', { scope: {} }, 'scope', /exactly one/],
  ['price-override', 'a percentage too fine', { marginPercent: 0.0000001 }, 'marginPercent', /at most six decimals/],
  ['price-override', 'no change', { prices: undefined, marginPercent: undefined }, '', /changes no price/],
  [
    'price-override',
    'an end before its start',
    { effectiveUntil: '2025-01-01T00:00:00Z' },
    'effectiveUntil',
    /after effectiveFrom/,
  ],
  ['virtual-key', 'no range of addresses', { allowedIps: ['10.0.0.0/33'] }, 'allowedIps.0', /10\.0\.0\.0\/8/],
  ['virtual-key', 'a name for an address', { allowedIps: ['localhost'] }, 'allowedIps.0', /IP address/],
  ['virtual-key', 'a route that is no path', { allowedRoutes: ['v1'] }, 'allowedRoutes.0', /path such as/],
  ['virtual-key', 'an instant without an offset', { expiresAt: '2027-06-30T00:00:00' }, 'expiresAt', /2027-06-30/],
  ['virtual-key', 'an unknown type', { type: 'admin' }, 'type', /inference/],
  [
    'alert-rule',
    'a threshold of another trigger',
    { longerThan: '5s' },
    'longerThan',
    /means nothing for budget-spent/,
  ],
  ['alert-rule', 'no threshold', { thresholdPercent: undefined }, 'thresholdPercent', /is missing/],
  ['pass-through-endpoint', 'two credentials', { provider: 'p' }, 'apiKey', /contradicts provider/],
  ['pass-through-endpoint', 'a header for no credential', { apiKey: undefined }, 'apiKeyHeader', /there is none/],
  ['webhook', 'an address with a password', { url: 'https://a:b@example.com' }, 'url', /without query/],
  ['node-group', 'no node', { nodes: [] }, 'nodes', /at least one node/],
  ['approval-rule', 'a kind that is none', { kinds: ['modell'] }, 'kinds.0', /model/],
  ['approval-rule', 'no kind', { kinds: [] }, 'kinds', /at least one kind/],
];

describe('what contradicts itself or has no right form is refused, with path and reason', () => {
  test.each(wrong)('%s: %s', (kind, _, change, path, message) => {
    const issues = declarationSchemas[kind].safeParse({ ...complete[kind], ...change }).error?.issues ?? [];
    expect(issues.map((issue) => issue.path.join('.'))).toEqual([path]);
    expect(issues[0]?.message).toMatch(message);
  });
});
