import { createHmac } from 'node:crypto';
import { closeBox, NONCE_BYTES, openBox } from './box.ts';
import type { DataKey } from './data-key.ts';

const VERSION = 'v2';

/**
 * Seals the text of one field. It opens only with this data key and for this field, so that a sealed value cannot be
 * moved to another entity or field.
 *
 * The nonce follows from field and text (HMAC-SHA-256 with a key of its own), so that the same text is always sealed alike:
 * whether a secret changed shows without opening either, and a declaration applied again changes nothing. Another
 * entity has another data key, so nothing shows across entities.
 * @returns `v2.<data key id>.<base64url of nonce, ciphertext and tag>`
 */
export function sealValue(dataKey: DataKey, field: string, text: string): string {
  const context = contextOf(dataKey, field);
  const nonce = createHmac('sha256', dataKey.nonceKey).update(`${context}\0${text}`).digest().subarray(0, NONCE_BYTES);
  return `${VERSION}.${dataKey.id}.${closeBox(dataKey.encryptionKey, nonce, context, Buffer.from(text))}`;
}

/** @returns undefined if it was sealed with another data key, for another field, or was changed */
export function openValue(dataKey: DataKey, field: string, sealed: string): string | undefined {
  if (dataKeyIdOf(sealed) !== dataKey.id) return undefined;
  const closed = sealed.slice(`${VERSION}.${dataKey.id}.`.length);
  return openBox(dataKey.encryptionKey, contextOf(dataKey, field), closed)?.toString();
}

/** The id of the data key that opens it; undefined if this is no sealed value. */
export function dataKeyIdOf(sealed: string): string | undefined {
  const [version, id, box] = sealed.split('.', 3);
  return version === VERSION && box !== undefined ? id : undefined;
}

const contextOf = ({ owner }: DataKey, field: string): string => `${field} of ${owner}`;
