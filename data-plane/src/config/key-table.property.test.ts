import type { NodeQuota, VirtualKeyConfig } from '@tollgate/schema';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createKeyTable } from './key-table.ts';

/** Few names and secrets, so that they meet; one text is long and one is not ASCII. */
const name = fc.constantFrom('a', 'b', 'ключ', 'd'.repeat(300));
const secret = fc.constantFrom('s0', 's1', 's2', 's3', 's4');
const QUOTA: NodeQuota = { id: 'virtual-key:a#requests/lifetime', unit: 'requests', limit: 5 };
const config = fc.record(
  {
    secretHash: secret,
    team: fc.constant('t'),
    tags: fc.array(fc.constantFrom('prod', 'größer'), { maxLength: 2 }),
    quotas: fc.array(fc.constant(QUOTA), { maxLength: 1 }),
    previousSecrets: fc.array(fc.record({ hash: secret, untilMs: fc.nat(9) }), { maxLength: 2 }),
  },
  { requiredKeys: ['secretHash'] },
);
const change = fc.oneof(
  fc.record({ op: fc.constant('put' as const), name, config }),
  fc.record({ op: fc.constant('remove' as const), name }),
);

/** Any key that has it now comes before any that had it. */
function find(keys: ReadonlyMap<string, VirtualKeyConfig>, hash: string) {
  const entries = [...keys].map(([name, config]) => ({ name, config }));
  const present = entries.filter((entry) => entry.config.secretHash === hash);
  const earlier = entries.flatMap((entry) => {
    const previous = entry.config.previousSecrets?.find((one) => one.hash === hash);
    return previous ? [{ ...entry, untilMs: previous.untilMs }] : [];
  });
  return present.length > 0 ? present : earlier;
}

test('it holds what a plain table would, after any changes', () => {
  fc.assert(
    fc.property(fc.array(change, { maxLength: 60 }), (changes) => {
      const table = createKeyTable();
      const plain = new Map<string, VirtualKeyConfig>();
      for (const one of changes) {
        if (one.op === 'put') {
          table.put(one.name, one.config);
          plain.set(one.name, one.config);
        } else {
          table.remove(one.name);
          plain.delete(one.name);
        }
        for (const hash of ['s0', 's1', 's2', 's3', 's4', 'unknown']) {
          const expected = find(plain, hash);
          const found = table.findBySecret(hash);
          if (expected.length === 0) expect(found).toBeUndefined();
          else expect(expected).toContainEqual(found);
          expect(table.findBySecret(hash)).toBe(found);
        }
      }
      expect(new Map(table.entries())).toEqual(plain);
      expect([...table.names()].sort()).toEqual([...plain.keys()].sort());
      for (const [name, config] of plain) expect(table.get(name)).toEqual(config);
    }),
  );
});

test('many keys are found, changed and removed, and the room of what was removed comes back', () => {
  const table = createKeyTable();
  const count = 20_000;
  const configOf = (index: number, round: number) => ({ secretHash: `${index}-${round}`, tags: ['x'.repeat(100)] });
  for (let round = 0; round < 4; round += 1)
    for (let index = 0; index < count; index += 1) table.put(`key-${index}`, configOf(index, round));
  for (let index = 0; index < count; index += 2) table.remove(`key-${index}`);
  for (let index = 0; index < count; index += 1) {
    const expected = index % 2 === 0 ? undefined : { name: `key-${index}`, config: configOf(index, 3) };
    expect(table.findBySecret(`${index}-3`)).toEqual(expected);
    expect(table.findBySecret(`${index}-2`)).toBeUndefined();
  }
  expect([...table.entries()]).toHaveLength(count / 2);
});

test('a key larger than a page is kept as any other', () => {
  const table = createKeyTable();
  const config = { secretHash: 's', tags: ['ü'.repeat(1_100_000)] };
  table.put('large', config);
  table.put('small', { secretHash: 't' });
  expect(table.findBySecret('s')?.config).toEqual(config);
  expect(table.findBySecret('t')?.name).toBe('small');
});
