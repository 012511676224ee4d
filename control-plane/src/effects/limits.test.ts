import { describe, expect, it } from 'vitest';
import { compareLimits, limitsIn } from './limits.ts';

const budget = (limit: string, rest: object = {}) => ({ budgets: [{ limit, window: 'day', ...rest }] });
const compare = (before: unknown, after: unknown) => compareLimits(limitsIn(before), limitsIn(after));

describe('compareLimits', () => {
  it('tells higher from lower, to the last digit', () => {
    expect(compare(budget('0.000000001 USD'), budget('9000000 USD'))).toMatchObject([{ direction: 'up' }]);
    expect(compare(budget('9007199.000000002 USD'), budget('9007199.000000001 USD'))).toEqual([
      {
        measure: 'USD per day',
        before: '9007199.000000002 USD',
        after: '9007199.000000001 USD',
        direction: 'down',
      },
    ]);
  });

  it('counts a new limit as less, and one that is gone as more', () => {
    const requests = { rateLimits: [{ limit: '10 concurrent' }] };
    expect(compare({}, requests)).toEqual([
      { measure: 'concurrent', before: null, after: '10 concurrent', direction: 'down' },
    ]);
    expect(compare(requests, {})).toMatchObject([{ direction: 'up' }]);
  });

  it('takes other words for the same amount as no change', () => {
    expect(compare(budget('25 USD'), budget('25.00 USD'))).toEqual([]);
  });

  it('compares only what counts the same over the same time, and knows what is only watched', () => {
    expect(compare(budget('25 USD', { window: 'month' }), budget('25 USD', { mode: 'shadow' }))).toMatchObject([
      { measure: 'USD per day, only watched', before: null },
      { measure: 'USD per month', after: null },
    ]);
  });

  it('lets the lowest of several speak', () => {
    const both = { budgets: [...budget('9 USD').budgets, ...budget('3 USD').budgets] };
    expect(compare(budget('3 USD'), both)).toEqual([]);
  });

  it('reads a budget of its own, and finds no limit in other specs', () => {
    expect(limitsIn({ scope: { team: 't' }, limit: '5 USD', window: 'lifetime' })).toEqual([
      { measure: 'USD in all', amount: '5 USD' },
    ]);
    expect(limitsIn({ models: ['a'] })).toEqual([]);
  });
});
