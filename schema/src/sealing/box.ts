import { createCipheriv, createDecipheriv } from 'node:crypto';

export const KEY_BYTES = 32;
export const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/**
 * Encrypts and authenticates with AES-256-GCM (NIST SP 800-38D). `context` is authenticated with it, so that what was closed
 * for one purpose does not open for another.
 * @param nonce must never be used with this key for another text or context
 * @returns base64url of nonce, ciphertext and tag
 */
export function closeBox(key: Buffer, nonce: Buffer, context: string, text: Buffer): string {
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(context));
  return Buffer.concat([nonce, cipher.update(text), cipher.final(), cipher.getAuthTag()]).toString('base64url');
}

/** @returns undefined if it was closed with another key or for another context, or was changed */
export function openBox(key: Buffer, context: string, closed: string): Buffer | undefined {
  const box = Buffer.from(closed, 'base64url');
  if (box.length < NONCE_BYTES + TAG_BYTES) return undefined;
  const decipher = createDecipheriv('aes-256-gcm', key, box.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES })
    .setAAD(Buffer.from(context))
    .setAuthTag(box.subarray(box.length - TAG_BYTES));
  const text = decipher.update(box.subarray(NONCE_BYTES, box.length - TAG_BYTES));
  try {
    return Buffer.concat([text, decipher.final()]);
  } catch {
    return undefined;
  }
}
