import { hkdfSync } from 'node:crypto';
import { KEY_BYTES } from './box.ts';

/** What is derived from one sealing key. The derived keys are independent of one another (HKDF-SHA-256, RFC 5869). */
export type SealingKey = {
  /** Names the key without saying what it is; eight hexadecimal digits. */
  readonly keyId: string;
  /** Wraps data keys. */
  readonly wrapKey: Buffer;
  readonly snapshotKey: Buffer;
  /** The bearer token with which Tollgate's own processes speak to each other. */
  readonly internalToken: string;
};

/**
 * The sealing keys of a process: the current one (`TOLLGATE_SEAL_KEY`), and the previous ones that it still accepts
 * (`TOLLGATE_SEAL_KEY_PREVIOUS`), so that a fleet can change its key one process at a time.
 */
export type Keyring = {
  readonly current: SealingKey;
  /** The current one first. */
  readonly accepted: readonly SealingKey[];
  /** That of the current key. */
  readonly internalToken: string;
  /** Any of these proves that the other side is one of Tollgate's own; the current one first. */
  readonly internalTokens: readonly string[];
};

/**
 * @param sealKey 32 bytes in base64, as are the previous ones
 * @throws Error that says which is none; the message holds no key
 */
export function createKeyring(sealKey: string, previous: readonly string[] = []): Keyring {
  const current = deriveSealingKey(sealKey, 'TOLLGATE_SEAL_KEY');
  const others = previous.map((key) => deriveSealingKey(key, 'each key in TOLLGATE_SEAL_KEY_PREVIOUS'));
  const accepted = [...new Map([current, ...others].map((key) => [key.keyId, key])).values()];
  const { internalToken } = current;
  return { current, accepted, internalToken, internalTokens: accepted.map((key) => key.internalToken) };
}

function deriveSealingKey(base64: string, variable: string): SealingKey {
  const root = Buffer.from(base64, 'base64');
  if (root.length !== KEY_BYTES)
    throw new Error(`${variable} must be 32 bytes in base64; make one with: openssl rand -base64 32`);
  const derive = (purpose: string) => Buffer.from(hkdfSync('sha256', root, 'tollgate', purpose, KEY_BYTES));
  return {
    keyId: derive('key id').toString('hex', 0, 4),
    wrapKey: derive('wrap data keys'),
    snapshotKey: derive('sign snapshots'),
    internalToken: derive('internal token').toString('base64url'),
  };
}
