import type { DecodedAnswer } from '../dialect.ts';
import { isRecord, parseJson, textOf } from '../json/json-value.ts';
import { toTokenUsage } from './usage.ts';

/** Passes the body on as it is, after a look at its usage; an answer without `choices` is none, whatever its status. */
export function decodeAnswer(body: Buffer): DecodedAnswer {
  const value = parseJson(textOf(body));
  if (!isRecord(value) || !Array.isArray(value['choices'])) return { ok: false };
  return { ok: true, body, usage: toTokenUsage(value['usage']) };
}
