import { parseJson, stringOr } from './json-value.ts';

/** Where a member of a JSON object stands in its bytes; all ends are exclusive. */
export type Member = {
  /** The opening quote of the key, and behind its closing one. */
  readonly keyStart: number;
  readonly keyEnd: number;
  readonly valueStart: number;
  readonly valueEnd: number;
};

/** The members of one JSON object, and where its braces stand. */
export type ObjectSpan = {
  readonly members: readonly Member[];
  readonly open: number;
  readonly close: number;
};

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const BRACE_OPEN = 0x7b;
const BRACE_CLOSE = 0x7d;
const BRACKET_OPEN = 0x5b;
const BRACKET_CLOSE = 0x5d;
const COMMA = 0x2c;
const COLON = 0x3a;
/** Calling `indexOf` costs as much as reading so many bytes; strings longer than this are searched natively. */
const NATIVE_SEARCH_FROM = 48;

/**
 * Finds the members of the JSON object that starts at or after `from`, without parsing their values.
 * Meant for bytes that are known to be JSON; for others it returns `undefined` or spans of no meaning, but never throws.
 */
export function scanMembers(bytes: Buffer, from = 0): ObjectSpan | undefined {
  const open = skipSpace(bytes, from);
  if (bytes[open] !== BRACE_OPEN) return undefined;
  const members: Member[] = [];
  let position = skipSpace(bytes, open + 1);
  while (bytes[position] === QUOTE) {
    const keyEnd = skipString(bytes, position);
    const colon = skipSpace(bytes, keyEnd);
    if (bytes[colon] !== COLON) return undefined;
    const valueStart = skipSpace(bytes, colon + 1);
    const valueEnd = skipValue(bytes, valueStart);
    members.push({ keyStart: position, keyEnd, valueStart, valueEnd });
    position = skipSpace(bytes, valueEnd);
    if (bytes[position] === COMMA) position = skipSpace(bytes, position + 1);
  }
  return bytes[position] === BRACE_CLOSE ? { members, open, close: position } : undefined;
}

function skipSpace(bytes: Buffer, from: number): number {
  let position = from;
  for (let byte = bytes[position]; byte !== undefined && isSpace(byte); byte = bytes[position]) position += 1;
  return position;
}

function isSpace(byte: number): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

/** From the opening quote of a string to behind its closing one. */
function skipString(bytes: Buffer, from: number): number {
  let position = from + 1;
  let nativeFrom = position + NATIVE_SEARCH_FROM;
  while (position < bytes.length) {
    if (position >= nativeFrom) {
      const quote = bytes.indexOf(QUOTE, position);
      if (quote === -1) return bytes.length;
      if (!isEscaped(bytes, quote, position)) return quote + 1;
      position = quote + 1;
      nativeFrom = position + NATIVE_SEARCH_FROM;
    } else {
      const byte = bytes[position];
      if (byte === QUOTE) return position + 1;
      position += byte === BACKSLASH ? 2 : 1;
    }
  }
  return bytes.length;
}

/** Whether an odd number of backslashes stands before `quote`, counted back to `from`, which is not itself escaped. */
function isEscaped(bytes: Buffer, quote: number, from: number): boolean {
  let position = quote - 1;
  while (position >= from && bytes[position] === BACKSLASH) position -= 1;
  return (quote - position) % 2 === 0;
}

function skipValue(bytes: Buffer, from: number): number {
  const first = bytes[from];
  if (first === QUOTE) return skipString(bytes, from);
  if (first === BRACE_OPEN || first === BRACKET_OPEN) return skipContainer(bytes, from);
  let position = from;
  for (let byte = bytes[position]; byte !== undefined && !isScalarEnd(byte); byte = bytes[position]) position += 1;
  return position;
}

function isScalarEnd(byte: number): boolean {
  return byte === COMMA || byte === BRACE_CLOSE || byte === BRACKET_CLOSE || isSpace(byte);
}

function skipContainer(bytes: Buffer, from: number): number {
  let depth = 0;
  let position = from;
  while (position < bytes.length) {
    const byte = bytes[position];
    if (byte === QUOTE) {
      position = skipString(bytes, position);
      continue;
    }
    position += 1;
    if (byte === BRACE_OPEN || byte === BRACKET_OPEN) depth += 1;
    else if ((byte === BRACE_CLOSE || byte === BRACKET_CLOSE) && --depth === 0) return position;
  }
  return bytes.length;
}

/**
 * Whether a member's key is that name. Keys may be written with escapes (`"\\u006dodel"`), and are compared as what they mean;
 * only keys that can be equal are read at all.
 */
export function hasKey(bytes: Buffer, { keyStart, keyEnd }: Member, name: string): boolean {
  return couldBe(bytes, keyStart, keyEnd, name) && readKey(bytes, keyStart, keyEnd) === name;
}

/** The same for parsers that take other letter case for the same key; `upperCase` is the name in capitals. */
export function hasKeyInAnyCase(bytes: Buffer, { keyStart, keyEnd }: Member, upperCase: string): boolean {
  return couldBe(bytes, keyStart, keyEnd, upperCase) && readKey(bytes, keyStart, keyEnd).toUpperCase() === upperCase;
}

/** A key of plain ASCII has as many bytes as characters; another one could be anything. */
function couldBe(bytes: Buffer, keyStart: number, keyEnd: number, name: string): boolean {
  if (keyEnd - keyStart - 2 === name.length) return true;
  for (let position = keyStart; position < keyEnd; position += 1) {
    const byte = bytes[position] ?? 0;
    if (byte === BACKSLASH || byte >= 0x80) return true;
  }
  return false;
}

export function readKey(bytes: Buffer, keyStart: number, keyEnd: number): string {
  const raw = bytes.toString('utf8', keyStart, keyEnd);
  return raw.includes('\\') ? stringOr(parseJson(raw), raw) : raw.slice(1, -1);
}
