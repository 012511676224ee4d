import type { PutChange } from '../change-set.ts';
import type { SecretRef } from '../config/secret-ref.ts';
import { type DocumentEntity, isRead, secretSourcesOf } from './document-entity.ts';

/** The values of secrets, each under the very object that asks for it: two files may mean different things by one relative path. */
export type ResolvedSecrets = ReadonlyMap<SecretRef, string>;

/**
 * Turns what a document declares into changes, in its order.
 * @throws Error if the value of a secret of these entities is not among `secrets`.
 */
export function toChanges(entities: readonly DocumentEntity[], secrets: ResolvedSecrets): readonly PutChange[] {
  return entities.map((entity) => toChange(entity, secrets));
}

function toChange(entity: DocumentEntity, secrets: ResolvedSecrets): PutChange {
  const { kind, name, declaration } = entity;
  const values = secretSourcesOf(entity).map(({ field, source }) => [
    field,
    isRead(source) ? { value: secretOf(source, secrets), ref: source } : source,
  ]);
  // Kind and declaration belong together in the entity; the compiler does not see it through the spread.
  return { op: 'put', kind, name, declaration: { ...declaration, ...Object.fromEntries(values) } } as PutChange;
}

function secretOf(ref: SecretRef, secrets: ResolvedSecrets): string {
  const value = secrets.get(ref);
  if (value === undefined) throw new Error('a secret of the document was not resolved before its changes were made');
  return value;
}
