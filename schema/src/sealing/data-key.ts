import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { closeBox, KEY_BYTES, NONCE_BYTES, openBox } from './box.ts';
import type { Keyring, SealingKey } from './keyring.ts';

/**
 * The key that seals the secret and personal fields of one entity, and of nothing else. What it sealed stays in the log
 * for ever; once the data key is destroyed, nobody can read it.
 */
export type DataKey = {
  readonly id: string;
  /** The id of the entity, such as `provider:openai`. */
  readonly owner: string;
  readonly encryptionKey: Buffer;
  readonly nonceKey: Buffer;
};

/**
 * A data key as it is stored and sent: encrypted with one or more sealing keys, each under that key's id. Changing the
 * sealing key changes the wraps and nothing that the data key has sealed.
 */
export const wrappedDataKey = z.object({
  id: z.string().min(1).max(64),
  owner: z.string().min(1).max(300),
  wraps: z.record(z.string(), z.string()),
});
export type WrappedDataKey = z.infer<typeof wrappedDataKey>;

const ID_BYTES = 12;

export function createDataKey(owner: string): DataKey {
  const id = randomBytes(ID_BYTES).toString('base64url');
  return { id, owner, encryptionKey: randomBytes(KEY_BYTES), nonceKey: randomBytes(KEY_BYTES) };
}

/** Wraps for each sealing key that this process accepts, so that processes which have only one of them can open it. */
export function wrapDataKey({ accepted }: Pick<Keyring, 'accepted'>, dataKey: DataKey): WrappedDataKey {
  const { id, owner, encryptionKey, nonceKey } = dataKey;
  const text = Buffer.concat([encryptionKey, nonceKey]);
  const wrap = ({ wrapKey }: SealingKey) => closeBox(wrapKey, randomBytes(NONCE_BYTES), contextOf(dataKey), text);
  return { id, owner, wraps: Object.fromEntries(accepted.map((key) => [key.keyId, wrap(key)])) };
}

/** @returns undefined if none of the keyring's keys opens it: it was wrapped with others, for another entity, or changed */
export function unwrapDataKey({ accepted }: Keyring, wrapped: WrappedDataKey): DataKey | undefined {
  const { id, owner, wraps } = wrapped;
  for (const { keyId, wrapKey } of accepted) {
    const closed = wraps[keyId];
    const text = closed === undefined ? undefined : openBox(wrapKey, contextOf(wrapped), closed);
    if (text?.length !== 2 * KEY_BYTES) continue;
    return { id, owner, encryptionKey: text.subarray(0, KEY_BYTES), nonceKey: text.subarray(KEY_BYTES) };
  }
  return undefined;
}

const contextOf = ({ id, owner }: Pick<DataKey, 'id' | 'owner'>): string => `data key ${id} of ${owner}`;
