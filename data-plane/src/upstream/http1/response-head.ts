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

/** Every line is `name: value`, so that nothing can hide in a line that we pass over and another reader does not. */
const WHOLE_HEAD = /^HTTP\/1\.([01]) ([1-5]\d\d)(?: [^\r\n]*)?(?:\r\n[!#$%&'*+.^_`|~0-9A-Za-z-]+:[^\r\n]*)*$/;

/** Reads a head without its final blank line, as Latin-1 text. Returns undefined for what is not one. */
export function parseResponseHead(text: string): ResponseHead | undefined {
  const whole = WHOLE_HEAD.exec(text);
  if (whole === null) return undefined;
  const status = Number(whole[2]);
  const header = createHeaderReader(text);
  const framing = framingOf(status, header);
  if (framing === undefined) return undefined;
  const connection = header('connection').toLowerCase();
  const keepsAlive = whole[1] === '1' ? !connection.includes('close') : connection.includes('keep-alive');
  return { status, header, framing, keepsAlive: keepsAlive && framing.kind !== 'until_close' };
}

/** Finds headers where they stand in the text: only a few of them are ever asked for. */
function createHeaderReader(text: string): (name: string) => string {
  // Lower case changes no place, as the text is Latin-1.
  const lower = text.toLowerCase();
  return (name) => {
    const start = `\r\n${name}:`;
    let all: string | undefined;
    for (let at = lower.indexOf(start); at !== -1; at = lower.indexOf(start, at + start.length)) {
      const end = text.indexOf('\r\n', at + start.length);
      const value = text.slice(at + start.length, end === -1 ? text.length : end).trim();
      all = all === undefined ? value : `${all}, ${value}`;
    }
    return all ?? '';
  };
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
