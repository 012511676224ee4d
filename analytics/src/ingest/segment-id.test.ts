import { expect, test } from 'vitest';
import { parseSegmentId } from './segment-id.ts';

test('an id is read from its end, so that a node id may hold dots', () => {
  expect(parseSegmentId('node-1.0197-boot.0000000012')).toEqual({ nodeId: 'node-1', bootId: '0197-boot', number: 12 });
  expect(parseSegmentId('a.example.org.b.3')).toEqual({ nodeId: 'a.example.org', bootId: 'b', number: 3 });
});

test.each(['', 'a', 'a.b', 'a.b.c', '.b.1', 'a..1', 'a b.c.1', 'a.b.1\n', 'ä.b.1', `${'n'.repeat(300)}.b.1`])(
  '%j is no segment id',
  (text) => {
    expect(parseSegmentId(text)).toBeUndefined();
  },
);
