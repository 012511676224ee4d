import { expect, test } from 'vitest';
import { declaredQuotas, nodeQuotasOf } from './declared-quotas.ts';

const NOT_SAID = { softLimit: undefined, increase: undefined, model: undefined, mode: undefined, onOutage: undefined };

test('budgets and rate limits of an entity are read into whole numbers of their units', () => {
  const until = '2027-01-01T00:00:00Z';
  const quotas = declaredQuotas('team', 'search', {
    budgets: [
      {
        limit: '25 USD',
        softLimit: '0.05 USD',
        window: 'month',
        timezone: 'Europe/Berlin',
        hardStop: true,
        increase: { by: '5 USD', until },
      },
    ],
    rateLimits: [
      { limit: '500000 tokens', window: '90s', model: 'openai/*', mode: 'shadow' },
      { limit: '10 concurrent' },
    ],
  });
  expect(quotas).toEqual([
    {
      ...NOT_SAID,
      id: 'team:search#nano_usd/month/Europe%2FBerlin',
      unit: 'nano_usd',
      limit: 25_000_000_000,
      softLimit: 50_000_000,
      increase: { by: 5_000_000_000, untilMs: Date.parse(until) },
      window: { kind: 'calendar', unit: 'month' },
      timezone: 'Europe/Berlin',
      hardStop: true,
    },
    {
      ...NOT_SAID,
      id: 'team:search#tokens/90s//openai%2F*',
      unit: 'tokens',
      limit: 500_000,
      window: { kind: 'rolling', durationMs: 90_000 },
      timezone: 'UTC',
      model: 'openai/*',
      mode: 'shadow',
      hardStop: undefined,
    },
    {
      ...NOT_SAID,
      id: 'team:search#concurrent',
      unit: 'concurrent',
      limit: 10,
      window: undefined,
      timezone: 'UTC',
      hardStop: undefined,
    },
  ]);
});

test('another limit, mode or increase is the same counter; another window is another', () => {
  const idOf = (rateLimit: object) =>
    declaredQuotas('team', 'a', { rateLimits: [{ limit: '1 requests', window: 'day', ...rateLimit }] })[0]?.id;
  expect(idOf({ limit: '9 requests', mode: 'shadow', onOutage: 'allow' })).toBe(idOf({}));
  expect(idOf({ window: 'hour' })).not.toBe(idOf({}));
  expect(idOf({ limit: '9 tokens' })).not.toBe(idOf({}));
});

test('a budget or a rate limit with a name of its own is a quota itself', () => {
  const scope = { team: 'search' };
  expect(declaredQuotas('budget', 'b', { scope, limit: '1 USD', window: 'lifetime' })).toMatchObject([
    { id: 'budget:b#nano_usd/lifetime', limit: 1_000_000_000, window: { kind: 'lifetime' } },
  ]);
  expect(declaredQuotas('rate-limit', 'r', { scope, limit: '3 concurrent' })).toMatchObject([
    { id: 'rate-limit:r#concurrent', limit: 3 },
  ]);
});

test('nodes get nothing of an entity without quotas, and no window of the others', () => {
  expect(nodeQuotasOf('team', 'a', {})).toBeUndefined();
  const [quota] = nodeQuotasOf('team', 'a', { rateLimits: [{ limit: '1 requests', window: 'day' }] }) ?? [];
  expect(quota).not.toHaveProperty('window');
  expect(quota).toMatchObject({ id: 'team:a#requests/day', unit: 'requests', limit: 1 });
});
