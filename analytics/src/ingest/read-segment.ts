import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { type GatewayError, SEGMENT_BYTES_MAX, SEGMENT_ID_HEADER, type UsageSegment } from '@tollgate/schema';
import { parseSegmentId, SEGMENT_ID_FORM } from './segment-id.ts';

export type ReadSegment =
  | { readonly type: 'segment'; readonly segment: UsageSegment }
  | { readonly type: 'refused'; readonly error: GatewayError };

const gunzipAsync = promisify(gunzip);

/** Makes a segment of a request's headers and body. `encoding` is the content encoding: none, `identity` or `gzip`. */
export async function readSegment(id: unknown, encoding: string | undefined, body: unknown): Promise<ReadSegment> {
  if (typeof id !== 'string' || !parseSegmentId(id))
    return refused('invalid_request', `the header ${SEGMENT_ID_HEADER} must be ${SEGMENT_ID_FORM}`, SEGMENT_ID_HEADER);
  if (!Buffer.isBuffer(body) || body.length === 0)
    return refused('invalid_request', 'the body must be usage records, one as JSON a line');
  switch (encoding) {
    case undefined:
    case 'identity':
      return { type: 'segment', segment: { id, body } };
    case 'gzip':
      return unzip(id, body);
    default:
      return refused('unsupported_media_type', 'the content encoding must be gzip or identity');
  }
}

async function unzip(id: string, body: Buffer): Promise<ReadSegment> {
  try {
    return { type: 'segment', segment: { id, body: await gunzipAsync(body, { maxOutputLength: SEGMENT_BYTES_MAX }) } };
  } catch (error) {
    const isTooLong = error instanceof RangeError;
    return isTooLong
      ? refused('request_too_large', `a segment is at most ${SEGMENT_BYTES_MAX} bytes`)
      : refused('invalid_request', 'the body is not gzip, though its content encoding says so');
  }
}

function refused(code: GatewayError['code'], message: string, param?: string): ReadSegment {
  return { type: 'refused', error: param === undefined ? { code, message } : { code, message, param } };
}
