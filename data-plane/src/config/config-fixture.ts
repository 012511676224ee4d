import { randomBytes } from 'node:crypto';
import {
  createDataKey,
  createKeyring,
  type DataKey,
  type Delta,
  type DeltaOperation,
  EMPTY_CHECKSUM,
  formatChecksum,
  itemText,
  SNAPSHOT_SCHEMA_VERSION,
  type SnapshotItem,
  sealValue,
  signRevision,
  type WrappedDataKey,
  withItem,
  wrapDataKey,
} from '@tollgate/schema';

/** What tests need of a control plane: signed snapshots and deltas. */
export const newSealKey = () => randomBytes(32).toString('base64');
export const keyring = createKeyring(newSealKey());

export const checksumOf = (items: readonly SnapshotItem[]): string =>
  formatChecksum(items.reduce(withItem, EMPTY_CHECKSUM));

export function snapshotLines(
  revision: number,
  items: readonly SnapshotItem[],
  { dataKeys = [], signedBy = keyring }: { dataKeys?: readonly WrappedDataKey[]; signedBy?: typeof keyring } = {},
): string[] {
  const checksum = checksumOf(items);
  const tail = { count: items.length, checksum, signature: signRevision(signedBy, revision, checksum) };
  const head = { schemaVersion: SNAPSHOT_SCHEMA_VERSION, revision };
  const before = [head, ...dataKeys.map((dataKey) => ({ dataKey }))].map((line) => JSON.stringify(line));
  return [...before, ...items.map(itemText), JSON.stringify(tail)];
}

/** A delta whose result is `items`. */
export function signedDelta(
  from: number,
  to: number,
  operations: DeltaOperation[],
  items: readonly SnapshotItem[],
  { dataKeys = [], signedBy = keyring }: { dataKeys?: WrappedDataKey[]; signedBy?: typeof keyring } = {},
): Delta {
  const checksum = checksumOf(items);
  return {
    schemaVersion: SNAPSHOT_SCHEMA_VERSION,
    from,
    to,
    operations,
    dataKeys,
    checksum,
    signature: signRevision(signedBy, to, checksum),
  };
}

export async function* lines(list: readonly string[]): AsyncGenerator<string> {
  yield* list;
}

export const team = (id: string, ...models: string[]): SnapshotItem => ({ kind: 'team', id, value: { models } });

export const key = (id: string, secretHash: string): SnapshotItem => ({
  kind: 'virtual-key',
  id,
  value: { secretHash },
});

/** A provider with a sealed credential, and the data key that opens it. */
export function sealedProvider(
  id: string,
  apiKey: string,
  dataKey: DataKey = createDataKey(`provider:${id}`),
): { readonly item: SnapshotItem; readonly dataKey: DataKey; wrapped(by?: typeof keyring): WrappedDataKey } {
  const value = {
    type: 'openai',
    baseUrl: 'https://example.test/v1',
    sealedApiKey: sealValue(dataKey, 'apiKey', apiKey),
  };
  return { item: { kind: 'provider', id, value }, dataKey, wrapped: (by = keyring) => wrapDataKey(by, dataKey) };
}
