import {
  type Checksum,
  type Delta,
  formatChecksum,
  isSignatureOf,
  type Keyring,
  type SnapshotItem,
  withItem,
  withoutItem,
} from '@tollgate/schema';
import { type ConfigState, ownerOf } from './config-state.ts';

export type DeltaResult =
  | { readonly ok: true; readonly state: ConfigState }
  | { readonly ok: false; readonly reason: string };

/**
 * Verifies a delta against its checksum and signature before anything is changed, then applies it. All of it happens in
 * one turn of the event loop, so no request sees half a revision.
 */
export function applyDelta(state: ConfigState, delta: Delta, keyring: Keyring): DeltaResult {
  if (delta.from !== state.revision)
    return refuse(`the delta starts at revision ${delta.from}, this node is at ${state.revision}`);
  const checksum = checksumAfter(state, delta);
  if (formatChecksum(checksum) !== delta.checksum) return refuse(`the checksum of revision ${delta.to} does not match`);
  if (!isSignatureOf(keyring, delta.to, delta.checksum, delta.signature))
    return refuse(`the signature of revision ${delta.to} is wrong`);
  for (const operation of delta.operations) {
    if (operation.op === 'put') state.index.put(operation.item);
    else {
      state.index.remove(operation.kind, operation.id);
      state.dataKeys.remove(ownerOf(operation));
    }
  }
  for (const dataKey of delta.dataKeys ?? []) state.dataKeys.put(dataKey);
  return { ok: true, state: { ...state, revision: delta.to, checksum, signature: delta.signature } };
}

function checksumAfter(state: ConfigState, delta: Delta): Checksum {
  /** What earlier operations of the same delta left of an entity. */
  const changed = new Map<string, SnapshotItem | undefined>();
  let checksum = state.checksum;
  for (const operation of delta.operations) {
    const { kind, id } = operation.op === 'put' ? operation.item : operation;
    const key = ownerOf({ kind, id });
    const previous = changed.has(key) ? changed.get(key) : state.index.find(kind, id);
    const next = operation.op === 'put' ? operation.item : undefined;
    if (previous !== undefined) checksum = withoutItem(checksum, previous);
    if (next !== undefined) checksum = withItem(checksum, next);
    changed.set(key, next);
  }
  return checksum;
}

const refuse = (reason: string): DeltaResult => ({ ok: false, reason });
