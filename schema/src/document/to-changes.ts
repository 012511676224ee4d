import type { PutChange } from '../change-set.ts';
import type { SecretRef } from '../config/secret-ref.ts';
import type { DocumentEntity } from './document-entity.ts';

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
  const { name } = entity;
  switch (entity.kind) {
    case 'provider': {
      const { apiKey, ...rest } = entity.declaration;
      const declaration = apiKey ? { ...rest, apiKey: { value: secretOf(apiKey, secrets), ref: apiKey } } : rest;
      return { op: 'put', kind: 'provider', name, declaration };
    }
    case 'virtual-key': {
      const { secret, ...rest } = entity.declaration;
      if (!secret) return { op: 'put', kind: 'virtual-key', name, declaration: rest };
      const sent = 'sha256' in secret ? secret : { value: secretOf(secret, secrets), ref: secret };
      return { op: 'put', kind: 'virtual-key', name, declaration: { ...rest, secret: sent } };
    }
    case 'model':
      return { op: 'put', kind: 'model', name, declaration: entity.declaration };
    case 'team':
      return { op: 'put', kind: 'team', name, declaration: entity.declaration };
    default:
      return entity satisfies never;
  }
}

function secretOf(ref: SecretRef, secrets: ResolvedSecrets): string {
  const value = secrets.get(ref);
  if (value === undefined) throw new Error('a secret of the document was not resolved before its changes were made');
  return value;
}
