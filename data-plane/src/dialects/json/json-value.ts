import { isAscii } from 'node:buffer';

export type JsonRecord = Readonly<Record<string, unknown>>;

export function isRecord(value: unknown): value is JsonRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value if it is an object, else an empty one, so that optional paths in foreign answers can be read in one go. */
export function recordOrEmpty(value: unknown): JsonRecord {
  return isRecord(value) ? value : EMPTY_RECORD;
}

export function stringOr<T>(value: unknown, fallback: T): string | T {
  return typeof value === 'string' ? value : fallback;
}

/** A count of tokens as providers give it; whatever is no whole number from zero up was not said. */
export function countOf(value: unknown): number | undefined {
  return Number.isSafeInteger(value) && (value as number) >= 0 ? (value as number) : undefined;
}

/** The text of valid UTF-8. Plain ASCII, which most of it is, is read as Latin-1: that needs no decoding, and parses faster. */
export const textOf = (bytes: Buffer): string => bytes.toString(isAscii(bytes) ? 'latin1' : 'utf8');

/** What the text says as JSON, or `undefined`, which JSON cannot say. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const EMPTY_RECORD: JsonRecord = Object.freeze({});
