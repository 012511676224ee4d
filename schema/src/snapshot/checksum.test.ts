import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Checksum, EMPTY_CHECKSUM, formatChecksum, withItem, withoutItem } from './checksum.ts';
import type { SnapshotItem } from './node-config.ts';

const item = fc
  .record({ id: fc.string(), models: fc.array(fc.string()) })
  .map(({ id, models }): SnapshotItem => ({ kind: 'team', id, value: { models } }));
const sum = (items: readonly SnapshotItem[]): Checksum => items.reduce(withItem, EMPTY_CHECKSUM);

test('it does not depend on the order of the items', () => {
  fc.assert(fc.property(fc.array(item), (items) => sum(items) === sum([...items].reverse())));
});

test('an item that is put and removed leaves no trace', () => {
  fc.assert(
    fc.property(fc.array(item), item, (items, extra) => withoutItem(withItem(sum(items), extra), extra) === sum(items)),
  );
});

test('any change of an item changes it', () => {
  fc.assert(
    fc.property(item, item, (a, b) => {
      fc.pre(JSON.stringify(a) !== JSON.stringify(b));
      expect(formatChecksum(sum([a]))).not.toBe(formatChecksum(sum([b])));
    }),
  );
});
