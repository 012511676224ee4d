import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createDataKey, unwrapDataKey, wrapDataKey, wrappedDataKey } from './data-key.ts';
import { createKeyring } from './keyring.ts';
import { isSignatureOf, signRevision } from './revision-signature.ts';
import { dataKeyIdOf, openValue, sealValue } from './sealed-value.ts';
import { createTokenChoice } from './token-choice.ts';

const [OLD, NEW, OTHER] = [1, 2, 3].map(() => randomBytes(32).toString('base64')) as [string, string, string];
const [before, during, after] = [createKeyring(OLD), createKeyring(NEW, [OLD]), createKeyring(NEW)];
const stranger = createKeyring(OTHER);

/** The text with one bit of its last part changed. */
function withFlippedBit(text: string, bit: number): string {
  const [last = '', ...rest] = text.split('.').reverse();
  const bytes = Buffer.from(last, 'base64url');
  const index = bit % (bytes.length * 8);
  bytes[index >> 3] = (bytes[index >> 3] ?? 0) ^ (1 << (index & 7));
  return [...rest.reverse(), bytes.toString('base64url')].join('.');
}

describe('a sealed value', () => {
  const dataKey = createDataKey('provider:openai');

  test('opens with its data key and for its field, whatever the text is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const sealed = sealValue(dataKey, 'apiKey', text);
        expect(openValue(dataKey, 'apiKey', sealed)).toBe(text);
        expect(dataKeyIdOf(sealed)).toBe(dataKey.id);
      }),
    );
  });

  test('is the same for the same text, another for another text, field or entity, and does not hold the text', () => {
    const sealed = sealValue(dataKey, 'apiKey', 'sk-secret');
    expect(sealValue(dataKey, 'apiKey', 'sk-secret')).toBe(sealed);
    const others = [
      sealValue(dataKey, 'apiKey', 'sk-secres'),
      sealValue(dataKey, 'secret', 'sk-secret'),
      sealValue(createDataKey('provider:openai'), 'apiKey', 'sk-secret'),
    ];
    const boxes = [sealed, ...others].map((text) => Buffer.from(text.split('.')[2] ?? '', 'base64url'));
    // The nonces are the first twelve bytes: no two texts may share one under the same key.
    expect(new Set(boxes.map((box) => box.toString('hex', 0, 12))).size).toBe(4);
    expect(boxes.some((box) => box.includes('sk-secret'))).toBe(false);
  });

  test('does not open for another field or entity, with another data key, or when any bit changed', () => {
    const sealed = sealValue(dataKey, 'apiKey', 'sk-secret');
    expect(openValue(dataKey, 'secret', sealed)).toBeUndefined();
    expect(openValue({ ...dataKey, owner: 'provider:other' }, 'apiKey', sealed)).toBeUndefined();
    expect(openValue({ ...createDataKey('provider:openai'), id: dataKey.id }, 'apiKey', sealed)).toBeUndefined();
    fc.assert(
      fc.property(fc.nat(), (bit) => {
        expect(openValue(dataKey, 'apiKey', withFlippedBit(sealed, bit))).toBeUndefined();
      }),
    );
    for (const text of ['', 'v2', 'v2.x', `v1.${dataKey.id}.${'A'.repeat(80)}`, `v2.${dataKey.id}.`, 'sk-secret'])
      expect(openValue(dataKey, 'apiKey', text)).toBeUndefined();
  });
});

describe('a data key', () => {
  const dataKey = createDataKey('provider:openai');

  test('wrapped during a change of the sealing key opens for those who have only the old or only the new one', () => {
    const wrapped = wrappedDataKey.parse(JSON.parse(JSON.stringify(wrapDataKey(during, dataKey))));
    for (const keyring of [before, during, after]) expect(unwrapDataKey(keyring, wrapped)).toEqual(dataKey);
    // In no order: an id of digits alone comes first in an object.
    expect(new Set(Object.keys(wrapped.wraps))).toEqual(new Set([after.current.keyId, before.current.keyId]));
  });

  test('wrapped with a key that is not accepted does not open', () => {
    expect(unwrapDataKey(stranger, wrapDataKey(during, dataKey))).toBeUndefined();
    expect(unwrapDataKey(before, wrapDataKey(after, dataKey))).toBeUndefined();
    expect(unwrapDataKey(during, wrapDataKey(before, dataKey))).toEqual(dataKey);
  });

  test('cannot be given to another entity or renamed, and a wrap that is damaged does not hide a good one', () => {
    const wrapped = wrapDataKey(during, dataKey);
    expect(unwrapDataKey(during, { ...wrapped, owner: 'provider:other' })).toBeUndefined();
    expect(unwrapDataKey(during, { ...wrapped, id: 'other' })).toBeUndefined();
    const { keyId } = during.current;
    const damaged = { ...wrapped.wraps, [keyId]: withFlippedBit(wrapped.wraps[keyId] ?? '', 99) };
    expect(unwrapDataKey(during, { ...wrapped, wraps: damaged })).toEqual(dataKey);
    expect(unwrapDataKey(after, { ...wrapped, wraps: damaged })).toBeUndefined();
  });
});

describe('a keyring', () => {
  test('names its current key first and a key that is given twice once', () => {
    const keyring = createKeyring(NEW, [OLD, NEW, OLD]);
    expect(keyring.accepted.map(({ keyId }) => keyId)).toEqual([after.current.keyId, before.current.keyId]);
    expect(keyring.internalTokens).toEqual([after.internalToken, before.internalToken]);
    expect(keyring.current.keyId).toBe(after.current.keyId);
  });

  test('of keys of the wrong length is refused with the variable and what would be right, and without the key', () => {
    expect(() => createKeyring('c2hvcnQ=')).toThrow(/TOLLGATE_SEAL_KEY must be 32 bytes in base64/);
    expect(() => createKeyring(NEW, [OLD, 'c2hvcnQ='])).toThrow(/TOLLGATE_SEAL_KEY_PREVIOUS must be 32 bytes/);
    expect(() => createKeyring('c2hvcnQ=')).not.toThrow(/c2hvcnQ/);
  });
});

describe('a signature', () => {
  test('holds for its revision and checksum alone', () => {
    const signature = signRevision(before, 7, 'abc');
    expect(isSignatureOf(before, 7, 'abc', signature)).toBe(true);
    expect(isSignatureOf(before, 8, 'abc', signature)).toBe(false);
    expect(isSignatureOf(before, 7, 'abd', signature)).toBe(false);
    for (const wrong of ['', ' ', 'short', `${signature}0`]) expect(isSignatureOf(before, 7, 'abc', wrong)).toBe(false);
  });

  test('is accepted by whoever shares one sealing key with the signer', () => {
    const accepts = [
      [before, during],
      [during, before],
      [during, after],
      [after, during],
    ] as const;
    for (const [signer, reader] of accepts)
      expect(isSignatureOf(reader, 1, 'abc', signRevision(signer, 1, 'abc'))).toBe(true);
    expect(isSignatureOf(after, 1, 'abc', signRevision(before, 1, 'abc'))).toBe(false);
    expect(isSignatureOf(stranger, 1, 'abc', signRevision(during, 1, 'abc'))).toBe(false);
  });
});

describe('the choice of a token', () => {
  const answering = (accepted: string) => {
    const asked: string[] = [];
    const ask = async (token: string) => {
      asked.push(token);
      return { status: token === accepted ? 200 : 401 };
    };
    return { asked, ask };
  };

  test('falls back to the previous token, and stays with what was taken', async () => {
    const choice = createTokenChoice(['new', 'old']);
    const { asked, ask } = answering('old');
    expect((await choice.ask(ask)).status).toBe(200);
    expect((await choice.ask(ask)).status).toBe(200);
    expect(asked).toEqual(['new', 'old', 'old']);
    expect((await choice.ask(answering('new').ask)).status).toBe(200);
    expect(choice.current()).toBe('new');
  });

  test('gives up after each was tried once, and a refusal of a token that is no longer current changes nothing', async () => {
    const choice = createTokenChoice(['new', 'old']);
    const { asked, ask } = answering('none');
    expect((await choice.ask(ask)).status).toBe(401);
    expect(asked).toEqual(['new', 'old']);
    const chosen = choice.current();
    choice.refuse(chosen === 'new' ? 'old' : 'new');
    expect(choice.current()).toBe(chosen);
  });
});
