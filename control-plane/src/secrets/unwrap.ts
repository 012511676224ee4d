import { type DataKey, type Keyring, unwrapDataKey, type WrappedDataKey } from '@tollgate/schema';

/** @throws Error that says which sealing key is missing */
export function unwrapOrFail(keyring: Keyring, wrapped: WrappedDataKey): DataKey {
  const dataKey = unwrapDataKey(keyring, wrapped);
  if (dataKey) return dataKey;
  const [by, have] = [Object.keys(wrapped.wraps), keyring.accepted.map(({ keyId }) => keyId)];
  throw new Error(
    `the data key of ${wrapped.owner} is wrapped with the sealing key ${by.join(' or ')}, and this process accepts ` +
      `${have.join(' and ')}: give it that key in TOLLGATE_SEAL_KEY or TOLLGATE_SEAL_KEY_PREVIOUS`,
  );
}
