import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { createKeyring, fingerprint, isSignatureOf, seal, signRevision, unseal } from './sealing.ts';

const keyring = createKeyring(randomBytes(32).toString('base64'));
const otherKeyring = createKeyring(randomBytes(32).toString('base64'));

describe('sealing', () => {
  test('a sealed secret opens with its key and context', () => {
    expect(unseal(keyring, 'provider:openai', seal(keyring, 'provider:openai', 'sk-sécret'))).toBe('sk-sécret');
  });

  test('the same secret is sealed differently each time, and the secret is not in it', () => {
    const [first, second] = [seal(keyring, 'provider:a', 'sk-secret'), seal(keyring, 'provider:a', 'sk-secret')];
    expect(first).not.toBe(second);
    expect(Buffer.from(first.split('.')[2] ?? '', 'base64url').includes('sk-secret')).toBe(false);
  });

  test('it does not open for another entity, with another key, or when a byte changed', () => {
    const sealed = seal(keyring, 'provider:openai', 'sk-secret');
    expect(() => unseal(keyring, 'provider:other', sealed)).toThrow();
    expect(() => unseal(otherKeyring, 'provider:openai', sealed)).toThrow(/sealed with another key/);
    const bytes = Buffer.from(sealed.split('.')[2] ?? '', 'base64url');
    bytes[13] = (bytes[13] ?? 0) ^ 1;
    expect(() =>
      unseal(keyring, 'provider:openai', `${sealed.split('.').slice(0, 2).join('.')}.${bytes.toString('base64url')}`),
    ).toThrow();
  });

  test('a fingerprint tells secrets apart and depends on the key', () => {
    expect(fingerprint(keyring, 'a')).toBe(fingerprint(keyring, 'a'));
    expect(fingerprint(keyring, 'a')).not.toBe(fingerprint(keyring, 'b'));
    expect(fingerprint(keyring, 'a')).not.toBe(fingerprint(otherKeyring, 'a'));
  });

  test('a signature holds for its revision and checksum alone', () => {
    const signature = signRevision(keyring, 7, 'abc');
    expect(isSignatureOf(keyring, 7, 'abc', signature)).toBe(true);
    expect(isSignatureOf(keyring, 8, 'abc', signature)).toBe(false);
    expect(isSignatureOf(keyring, 7, 'abd', signature)).toBe(false);
    expect(isSignatureOf(keyring, 7, 'abc', 'short')).toBe(false);
  });

  test('a key of the wrong length is refused with what would be right', () => {
    expect(() => createKeyring('c2hvcnQ=')).toThrow(/32 bytes in base64/);
  });
});
