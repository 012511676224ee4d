import { type UsageRecord, usageRecord } from '@tollgate/schema';
import type { z } from 'zod';

/** A line that is no usage record. `text` is its beginning, at most `REJECTED_TEXT_MAX` characters. */
export type RejectedLine = { readonly line: number; readonly reason: string; readonly text: string };

export type ParsedSegment = { readonly records: readonly UsageRecord[]; readonly rejected: readonly RejectedLine[] };

export const REJECTED_TEXT_MAX = 4_096;
const REASON_MAX = 500;
/** The first instant that ClickHouse's DateTime64 cannot hold. */
const STARTED_AT_MS_END = Date.UTC(2299, 11, 31);

/** So that an id is the same text in JSON, in ClickHouse and in a cursor. */
const REQUEST_ID = /^[\x21-\x7e]{1,100}$/;

type ParsedLine = { readonly record: UsageRecord } | { readonly reason: string };

/**
 * Splits a segment's body into records and rejected lines; together they are all of its lines that are not blank.
 * A record whose id was seen before in the segment is rejected, since a request has one terminal record.
 */
export function parseSegment(body: Buffer): ParsedSegment {
  const records = new Map<string, UsageRecord>();
  const rejected: RejectedLine[] = [];
  for (const [index, text] of body.toString('utf8').split('\n').entries()) {
    if (text.trim() === '') continue;
    const parsed = parseLine(text);
    if ('reason' in parsed) rejected.push(toRejectedLine(index + 1, parsed.reason, text));
    else if (records.has(parsed.record.id))
      rejected.push(toRejectedLine(index + 1, 'the segment has this id already', text));
    else records.set(parsed.record.id, parsed.record);
  }
  return { records: [...records.values()], rejected };
}

export function toRejectedLine(line: number, reason: string, text: string): RejectedLine {
  return { line, reason: reason.slice(0, REASON_MAX), text: text.slice(0, REJECTED_TEXT_MAX) };
}

function parseLine(text: string): ParsedLine {
  const json = parseJson(text);
  if (json === undefined) return { reason: 'not JSON' };
  const parsed = usageRecord.safeParse(json);
  if (!parsed.success) return { reason: describeIssues(parsed.error) };
  if (!REQUEST_ID.test(parsed.data.id)) return { reason: 'id: not 1 to 100 printable ASCII characters' };
  if (parsed.data.startedAtMs >= STARTED_AT_MS_END) return { reason: 'startedAtMs: after the year 2299' };
  return { record: parsed.data };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function describeIssues(error: z.ZodError): string {
  return error.issues.map(({ path, message }) => `${path.join('.') || 'record'}: ${message}`).join('; ');
}
