import { expect, test } from 'vitest';
import { closingEvents, streamEvent } from '../upstream/answers.ts';
import { createChunkTimes } from './chunk-times.ts';

const TIMES = [1_000_000, 1_020_123, 987_654_321_012];
const STREAM = Buffer.from(TIMES.map((sentAtUs, index) => streamEvent(index, sentAtUs)).join('') + closingEvents(true));

function timesOf(pieces: readonly Buffer[]): number[] {
  const seen: number[] = [];
  const read = createChunkTimes((sentAtUs) => seen.push(sentAtUs));
  for (const piece of pieces) read(piece);
  return seen;
}

test('every content chunk of the provider gives its time of sending, and no other event does', () => {
  expect(timesOf([STREAM])).toEqual(TIMES);
});

test('it does not matter where a stream is split', () => {
  for (let at = 0; at <= STREAM.length; at++) {
    expect(timesOf([STREAM.subarray(0, at), STREAM.subarray(at)])).toEqual(TIMES);
  }
  expect(timesOf([...STREAM].map((byte) => Buffer.from([byte])))).toEqual(TIMES);
});
