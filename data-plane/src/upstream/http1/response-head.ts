/** The head of an HTTP/1.1 response. */
export type ResponseHead = {
  readonly status: number;
  /** A header's value by its name in lower case; several of one name are joined by `, `; empty if there is none. */
  readonly header: (name: string) => string;
  readonly framing: BodyFraming;
  /** Whether the server means to keep the connection open behind this response. */
  readonly keepsAlive: boolean;
};

/** How the end of the body is told (RFC 9112, section 6.3). */
export type BodyFraming =
  | { readonly kind: 'length'; readonly bytes: number }
  | { readonly kind: 'chunked' }
  | { readonly kind: 'until_close' };

const STATUS_LINE = /^HTTP\/1\.([01]) ([1-5]\d\d)(?: |$)/;
const FIELD_NAME = /^[!#$%&'*+.^_`|~0-9a-z-]+$/;

/** Reads a head without its final blank line, as Latin-1 text. Returns undefined for what is not one. */
export function parseResponseHead(text: string): ResponseHead | undefined {
  const lines = text.split('\r\n');
  const statusLine = STATUS_LINE.exec(lines[0] ?? '');
  const fields = readFields(lines);
  if (statusLine === null || fields === undefined) return undefined;
  const status = Number(statusLine[2]);
  const header = (name: string) => fields.get(name) ?? '';
  const framing = framingOf(status, header);
  if (framing === undefined) return undefined;
  const connection = header('connection').toLowerCase();
  const keepsAlive = statusLine[1] === '1' ? !connection.includes('close') : connection.includes('keep-alive');
  return { status, header, framing, keepsAlive: keepsAlive && framing.kind !== 'until_close' };
}

function readFields(lines: readonly string[]): ReadonlyMap<string, string> | undefined {
  const fields = new Map<string, string>();
  for (let index = 1; index < lines.length; index += 1) {
    const line = lines[index] ?? '';
    const colon = line.indexOf(':');
    const name = line.slice(0, Math.max(0, colon)).toLowerCase();
    if (!FIELD_NAME.test(name)) return undefined;
    const value = line.slice(colon + 1).trim();
    const earlier = fields.get(name);
    fields.set(name, earlier === undefined ? value : `${earlier}, ${value}`);
  }
  return fields;
}

/** Undefined if the framing is contradictory: then where the body ends is a matter of opinion, and smuggling begins. */
function framingOf(status: number, header: (name: string) => string): BodyFraming | undefined {
  if (status < 200 || status === 204 || status === 304) return { kind: 'length', bytes: 0 };
  const encoding = header('transfer-encoding').toLowerCase();
  const length = header('content-length');
  if (encoding !== '') return encoding === 'chunked' && length === '' ? { kind: 'chunked' } : undefined;
  if (length === '') return { kind: 'until_close' };
  const bytes = Number(length);
  return /^\d+$/.test(length) && Number.isSafeInteger(bytes) ? { kind: 'length', bytes } : undefined;
}
