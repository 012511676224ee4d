import { hash, randomBytes } from 'node:crypto';

/** The form in which a virtual key's or an admin token's secret is stored and looked up: SHA-256, hexadecimal. */
export function hashSecret(secret: string): string {
  return hash('sha256', secret, 'hex');
}

const SECRET_BYTES = 32;
const DRAWN_AT_ONCE = 128;

/** Makes a bearer secret with 256 random bits, such as `sk-tg-…`. */
export const newSecret = (prefix: string): string => toSecret(prefix, randomBytes(SECRET_BYTES));

/** Makes many of them: a draw of random bytes takes as long for a hundred as for one. */
export function createSecretMaker(prefix: string): () => string {
  let drawn = Buffer.alloc(0);
  return () => {
    if (drawn.length === 0) drawn = randomBytes(SECRET_BYTES * DRAWN_AT_ONCE);
    const bytes = drawn.subarray(0, SECRET_BYTES);
    drawn = drawn.subarray(SECRET_BYTES);
    return toSecret(prefix, bytes);
  };
}

const toSecret = (prefix: string, bytes: Buffer): string => `${prefix}${bytes.toString('base64url')}`;
