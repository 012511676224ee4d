import {
  type Checksum,
  EMPTY_CHECKSUM,
  type Keyring,
  kindsSealedOnNodes,
  type SnapshotItem,
  sealedValuesOf,
} from '@tollgate/schema';
import { createConfigIndex, type MutableConfigIndex } from './config-index.ts';
import { createDataKeys, type DataKeys } from './data-keys.ts';

/** The configuration of one revision, with the checksum of its items and the signature that proved it. */
export type ConfigState = {
  readonly revision: number;
  readonly checksum: Checksum;
  /** Empty for the configuration that a node starts from. */
  readonly signature: string;
  readonly index: MutableConfigIndex;
  readonly dataKeys: DataKeys;
};

/** What a node starts from that was never told anything. */
export const emptyConfig = (keyring: Keyring): ConfigState => ({
  revision: 0,
  checksum: EMPTY_CHECKSUM,
  signature: '',
  index: createConfigIndex(),
  dataKeys: createDataKeys(keyring),
});

/** The id by which an item's data key, its owner in the log and the references to it know it. */
export const ownerOf = ({ kind, id }: Pick<SnapshotItem, 'kind' | 'id'>): string => `${kind}:${id}`;

/** Entities with sealed values that this node cannot open. */
export function findUnopened({ index, dataKeys }: ConfigState): readonly string[] {
  return [...index.items(kindsSealedOnNodes)]
    .filter((item) => sealedValuesOf(item).some((sealed) => !dataKeys.canOpen(ownerOf(item), sealed)))
    .map(ownerOf);
}
