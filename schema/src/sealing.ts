import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  hash,
  hkdfSync,
  randomBytes,
  timingSafeEqual,
} from 'node:crypto';

/**
 * What the control plane and its nodes derive from the one sealing key they share (`TOLLGATE_SEAL_KEY`).
 * The derived keys are independent of one another (HKDF-SHA-256, RFC 5869).
 */
export type Keyring = {
  /** Identifies the sealing key inside a sealed secret, so that keys can be rotated; eight hexadecimal digits. */
  readonly keyId: string;
  readonly sealKey: Buffer;
  readonly fingerprintKey: Buffer;
  readonly snapshotKey: Buffer;
  /** The bearer token with which Tollgate's own processes speak to each other. */
  readonly internalToken: string;
};

const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** @throws Error if the text is not 32 bytes in base64. */
export function createKeyring(sealKeyBase64: string): Keyring {
  const root = Buffer.from(sealKeyBase64, 'base64');
  if (root.length !== KEY_BYTES)
    throw new Error('TOLLGATE_SEAL_KEY must be 32 bytes in base64; make one with: openssl rand -base64 32');
  const derive = (purpose: string) => Buffer.from(hkdfSync('sha256', root, 'tollgate', purpose, KEY_BYTES));
  return {
    keyId: derive('key id').toString('hex', 0, 4),
    sealKey: derive('seal secrets'),
    fingerprintKey: derive('fingerprint secrets'),
    snapshotKey: derive('sign snapshots'),
    internalToken: derive('internal token').toString('base64url'),
  };
}

/**
 * Seals a secret with AES-256-GCM. `context` (such as `provider:openai`) is authenticated with it, so that a sealed
 * secret cannot be moved to another entity.
 * @returns `v1.<key id>.<base64url of nonce, ciphertext and tag>`
 */
export function seal(keyring: Keyring, context: string, secret: string): string {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', keyring.sealKey, nonce).setAAD(Buffer.from(context));
  const box = Buffer.concat([nonce, cipher.update(secret, 'utf8'), cipher.final(), cipher.getAuthTag()]);
  return `v1.${keyring.keyId}.${box.toString('base64url')}`;
}

/** @throws Error if the text was sealed with another key, for another context, or was changed. */
export function unseal(keyring: Keyring, context: string, sealed: string): string {
  const [version, keyId, payload] = sealed.split('.');
  if (version !== 'v1' || keyId !== keyring.keyId || payload === undefined) {
    throw new Error(
      `the secret of ${context} was sealed with another key (${keyId ?? 'none'}, this is ${keyring.keyId})`,
    );
  }
  const box = Buffer.from(payload, 'base64url');
  const decipher = createDecipheriv('aes-256-gcm', keyring.sealKey, box.subarray(0, NONCE_BYTES))
    .setAAD(Buffer.from(context))
    .setAuthTag(box.subarray(box.length - TAG_BYTES));
  return decipher.update(box.subarray(NONCE_BYTES, box.length - TAG_BYTES), undefined, 'utf8') + decipher.final('utf8');
}

/** A keyed fingerprint that tells whether a secret changed without saying what it is. */
export function fingerprint(keyring: Keyring, secret: string): string {
  return createHmac('sha256', keyring.fingerprintKey).update(secret).digest('hex');
}

/** Signs a snapshot's or delta's revision and checksum (HMAC-SHA-256, hexadecimal). */
export function signRevision(keyring: Keyring, revision: number, checksum: string): string {
  return createHmac('sha256', keyring.snapshotKey).update(`${revision}:${checksum}`).digest('hex');
}

export function isSignatureOf(keyring: Keyring, revision: number, checksum: string, signature: string): boolean {
  const expected = Buffer.from(signRevision(keyring, revision, checksum));
  const given = Buffer.from(signature);
  return given.length === expected.length && timingSafeEqual(given, expected);
}

/** The form in which a virtual key's or an admin token's secret is stored and looked up: SHA-256, hexadecimal. */
export function hashSecret(secret: string): string {
  return hash('sha256', secret, 'hex');
}

/** Makes a bearer secret with 256 random bits, such as `sk-tg-…`. */
export function newSecret(prefix: string): string {
  return `${prefix}${randomBytes(32).toString('base64url')}`;
}
