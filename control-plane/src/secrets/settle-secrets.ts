import { type DataKey, type EntityKind, type Keyring, personalFields, type WrappedDataKey } from '@tollgate/schema';
import type { Transaction } from 'kysely';
import type { EntityState } from '../aggregate/entity.ts';
import type { Tables } from '../database/tables.ts';
import { discardDraftsAbout } from '../draft/discard-about.ts';
import { destroyDataKeys, insertDataKeys } from './data-key-table.ts';
import { readFields } from './opened-fields.ts';
import { type PersonalText, replaceDigests } from './personal-digests.ts';
import { isSealedKind } from './sealed-entities.ts';

/** As much of what a change set does to an entity as its data key depends on. */
export type SecretEffect = {
  readonly id: string;
  readonly kind: EntityKind;
  readonly op: string;
  readonly after: EntityState | undefined;
};

type Deps = { readonly keyring: Keyring; readonly installationKey: DataKey; now(): Date };

/**
 * Brings the data keys to what the effects lead to, in their transaction: 1. those that were made are stored, 2. those of
 * entities that are deleted or erased are destroyed, 3. drafts that declare such an entity are discarded, 4. people are
 * found by what their personal fields say now.
 */
export async function settleSecrets(
  trx: Transaction<Tables>,
  { keyring, installationKey, now }: Deps,
  effects: readonly SecretEffect[],
  made: readonly WrappedDataKey[],
): Promise<void> {
  const ids = new Set(effects.map(({ id }) => id));
  await insertDataKeys(
    trx,
    made.filter(({ owner }) => ids.has(owner)),
    now(),
  );
  const isDestroyed = ({ op, after }: SecretEffect) => op === 'erase' || after === undefined;
  const destroyed = effects.filter((effect) => isSealedKind(effect.kind) && isDestroyed(effect)).map(({ id }) => id);
  await destroyDataKeys(trx, destroyed);
  await discardDraftsAbout(trx, destroyed, { read: (owners) => readFields(trx, keyring, owners), now });
  const people = effects.filter((effect) => !isDestroyed(effect) && personalFields(effect.kind).length > 0);
  const owners = people.map(({ id }) => id);
  const reader = await readFields(trx, keyring, owners);
  const texts = people.flatMap(sealedTextsOf).flatMap(({ owner, field, sealed }): readonly PersonalText[] => {
    const opened = reader.open(owner, field, sealed);
    return opened.tag === 'text' ? [{ owner, field, text: opened.text }] : [];
  });
  await replaceDigests(trx, installationKey, owners, texts);
}

type SealedField = { readonly owner: string; readonly field: string; readonly sealed: string };

function sealedTextsOf({ id, kind, after }: SecretEffect): readonly SealedField[] {
  const spec = (after?.spec ?? {}) as Readonly<Record<string, { readonly sealed?: string } | undefined>>;
  return personalFields(kind).flatMap((field) => {
    const sealed = spec[field]?.sealed;
    return sealed === undefined ? [] : [{ owner: id, field, sealed }];
  });
}
