/** The place of a row in the order of the requests query. */
export type RequestPlace = { readonly startedAtMs: number; readonly id: string };

const CURSOR = /^(\d{1,16})\.([\x21-\x7e]{1,100})$/;

/** An opaque text of at most 157 characters. */
export function encodeCursor({ startedAtMs, id }: RequestPlace): string {
  return Buffer.from(`${startedAtMs}.${id}`).toString('base64url');
}

/** @returns undefined if the text is not one that `encodeCursor` makes. */
export function decodeCursor(text: string): RequestPlace | undefined {
  const bytes = Buffer.from(text, 'base64url');
  if (bytes.toString('base64url') !== text) return undefined;
  const [, startedAt, id] = CURSOR.exec(bytes.toString('utf8')) ?? [];
  if (startedAt === undefined || id === undefined) return undefined;
  const startedAtMs = Number(startedAt);
  return Number.isSafeInteger(startedAtMs) ? { startedAtMs, id } : undefined;
}
