import { hash, randomBytes } from 'node:crypto';

/** The form in which a virtual key's or an admin token's secret is stored and looked up: SHA-256, hexadecimal. */
export function hashSecret(secret: string): string {
  return hash('sha256', secret, 'hex');
}

/** Makes a bearer secret with 256 random bits, such as `sk-tg-…`. */
export function newSecret(prefix: string): string {
  return `${prefix}${randomBytes(32).toString('base64url')}`;
}
