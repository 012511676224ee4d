import fc from 'fast-check';
import { expect, test } from 'vitest';
import { entityKinds } from '../config/entity-kind.ts';
import { quotaUnits } from './node-quota.ts';
import { parseQuotaId, quotaId } from './quota-id.ts';

const text = fc.option(
  fc.string({ unit: 'binary', minLength: 1 }).filter((value) => value.isWellFormed()),
  { nil: undefined },
);
const terms = fc.record({ unit: fc.constantFrom(...quotaUnits), window: text, timezone: text, model: text });

test('what a quota counts is read back from its name, whatever the names in it hold', () => {
  const name = fc.string({ unit: 'binary' }).filter((value) => !value.includes('#'));
  fc.assert(
    fc.property(fc.constantFrom(...entityKinds), name, terms, (kind, owner, counted) => {
      expect(parseQuotaId(quotaId(kind, owner, counted))).toEqual({ kind, name: owner, terms: counted });
    }),
  );
});

test('two quotas of an entity that count something else have other names', () => {
  fc.assert(
    fc.property(terms, terms, (one, other) => {
      const isSame = JSON.stringify(one) === JSON.stringify(other);
      expect(quotaId('team', 'a', one) === quotaId('team', 'a', other)).toBe(isSame);
    }),
  );
});

test('the name can be read', () => {
  const search = quotaId('team', 'search', { unit: 'nano_usd', window: 'day', timezone: 'Europe/Berlin' });
  expect(search).toBe('team:search#nano_usd/day/Europe%2FBerlin');
  expect(quotaId('virtual-key', 'a:b', { unit: 'concurrent' })).toBe('virtual-key:a:b#concurrent');
});

test.each(['', '#', 'team:a', 'team:a#', 'team:a#litres/day', 'nation:a#tokens', 'a#tokens/day', 'team:a#tokens/%'])(
  '%j is no quota’s name',
  (id) => {
    expect(parseQuotaId(id)).toBeUndefined();
  },
);
