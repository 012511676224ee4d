import { SEGMENT_BYTES_MAX } from '@tollgate/schema';
import { expect, test } from 'vitest';
import { type BusMessage, messagePlace, readMessage } from './bus-message.ts';

const message: BusMessage = {
  topic: 'tollgate.usage.v1',
  partition: 2,
  offset: '17',
  segmentId: 'n.b.1',
  value: Buffer.alloc(SEGMENT_BYTES_MAX, 'x'),
};

test('a message with an id and a value up to the bound is a segment', () => {
  expect(readMessage(message)).toMatchObject({ type: 'segment', segment: { id: 'n.b.1' } });
  expect(messagePlace(message)).toBe('kafka:tollgate.usage.v1/2/17');
});

test.each([
  ['no header', { segmentId: undefined }, 'header x-tollgate-segment is missing'],
  ['a wrong header', { segmentId: 'nonsense' }, 'header x-tollgate-segment is not'],
  ['no value', { value: undefined }, 'no value'],
  ['too long a value', { value: Buffer.alloc(SEGMENT_BYTES_MAX + 1) }, 'at most 1048576'],
])('a message with %s is poison and says why', (_name, changes, reason) => {
  expect(readMessage({ ...message, ...changes })).toMatchObject({
    type: 'poison',
    reason: expect.stringContaining(reason),
  });
});
