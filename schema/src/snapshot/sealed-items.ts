import type { SnapshotItem } from './node-config.ts';

/** The kinds whose items hold sealed values, so that nodes need the data keys of such entities. */
export const kindsSealedOnNodes = [
  'provider',
  'pass-through-endpoint',
] as const satisfies readonly SnapshotItem['kind'][];

/** The sealed values in what nodes have of an entity. */
export function sealedValuesOf({ value }: SnapshotItem): readonly string[] {
  return 'sealedApiKey' in value && value.sealedApiKey !== undefined ? [value.sealedApiKey] : [];
}
