import { SEGMENT_BYTES_MAX, SEGMENT_ID_HEADER, type UsageSegment } from '@tollgate/schema';
import { parseSegmentId, SEGMENT_ID_FORM } from './segment-id.ts';

/** A message of the bus, free of the client's own types. */
export type BusMessage = {
  readonly topic: string;
  readonly partition: number;
  /** A whole number in text; it may exceed what a JavaScript number holds. */
  readonly offset: string;
  readonly segmentId: string | undefined;
  readonly value: Buffer | undefined;
};

export type ReadMessage =
  | { readonly type: 'segment'; readonly segment: UsageSegment }
  /** It will never be a segment, however often it is read. */
  | { readonly type: 'poison'; readonly reason: string };

export function readMessage({ segmentId, value }: BusMessage): ReadMessage {
  if (segmentId === undefined) return { type: 'poison', reason: `the header ${SEGMENT_ID_HEADER} is missing` };
  if (!parseSegmentId(segmentId))
    return { type: 'poison', reason: `the header ${SEGMENT_ID_HEADER} is not ${SEGMENT_ID_FORM}` };
  if (value === undefined) return { type: 'poison', reason: 'the message has no value' };
  if (value.length > SEGMENT_BYTES_MAX)
    return {
      type: 'poison',
      reason: `the value has ${value.length} bytes; a segment has at most ${SEGMENT_BYTES_MAX}`,
    };
  return { type: 'segment', segment: { id: segmentId, body: value } };
}

/** Where a message lies, such as `kafka:tollgate.usage.v1/0/17`: its name in usage_rejected. */
export function messagePlace({ topic, partition, offset }: BusMessage): string {
  return `kafka:${topic}/${partition}/${offset}`;
}
