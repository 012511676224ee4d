/** Where a member of a JSON object stands in its bytes; all ends are exclusive. */
export type Member = {
  readonly key: string;
  readonly keyStart: number;
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
    members.push({ key: readKey(bytes, position, keyEnd), keyStart: position, valueStart, valueEnd });
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

/** Keys may be written with escapes (`"\u006dodel"`); they are compared as what they mean. */
function readKey(bytes: Buffer, start: number, end: number): string {
  const raw = bytes.toString('utf8', start, end);
  if (!raw.includes('\\')) return raw.slice(1, -1);
  try {
    return String(JSON.parse(raw));
  } catch {
    return raw;
  }
}
