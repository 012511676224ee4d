import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Keyring, SealingKey } from './keyring.ts';

/**
 * Signs the revision and checksum of a snapshot or delta (HMAC-SHA-256, hexadecimal): once with each accepted sealing key,
 * separated by blanks, because the other side may have only one of them.
 */
export function signRevision({ accepted }: Pick<Keyring, 'accepted'>, revision: number, checksum: string): string {
  return accepted.map((key) => signatureOf(key, revision, checksum)).join(' ');
}

/** Whether one of the signatures was made with one of the keyring's sealing keys. */
export function isSignatureOf(
  { accepted }: Pick<Keyring, 'accepted'>,
  revision: number,
  checksum: string,
  signature: string,
): boolean {
  const given = signature.split(' ').map((text) => Buffer.from(text));
  return accepted.some((key) => {
    const expected = Buffer.from(signatureOf(key, revision, checksum));
    return given.some((text) => text.length === expected.length && timingSafeEqual(text, expected));
  });
}

const signatureOf = ({ snapshotKey }: SealingKey, revision: number, checksum: string): string =>
  createHmac('sha256', snapshotKey).update(`${revision}:${checksum}`).digest('hex');
