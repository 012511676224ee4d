import type { EntityKind } from '../config/entity-kind.ts';
import { secretFields } from '../config/kind-fields.ts';
import type { SecretRef } from '../config/secret-ref.ts';
import type { DocumentPlace } from './document-problem.ts';
import type { DocumentDeclarations } from './document-schema.ts';
import type { SecretSource } from './secret-source.ts';

/** One entity as a document declares it: secrets are named, not held. */
export type DocumentEntity = {
  readonly [K in EntityKind]: {
    readonly kind: K;
    readonly name: string;
    readonly declaration: DocumentDeclarations[K];
    readonly at: DocumentPlace;
  };
}[EntityKind];

/** A secret that a document asks for; `path` is where it is asked for, within the entity's declaration. */
export type SecretUse = { readonly ref: SecretRef; readonly entity: DocumentEntity; readonly path: string };

/** Every secret that has to be read before the entities can be sent. */
export function secretUses(entities: readonly DocumentEntity[]): readonly SecretUse[] {
  return entities.flatMap((entity) =>
    secretSourcesOf(entity).flatMap(({ field, source }) =>
      isRead(source) ? [{ ref: source, entity, path: field }] : [],
    ),
  );
}

/** Whether there is something to read: not for a hash, and not for what is stored already. */
export const isRead = (source: SecretSource): source is SecretRef => 'env' in source || 'file' in source;

/** The places that an entity's secrets are read from, each with the field that holds it. */
export function secretSourcesOf({
  kind,
  declaration,
}: Pick<DocumentEntity, 'kind' | 'declaration'>): readonly { readonly field: string; readonly source: SecretSource }[] {
  // A field that is marked as a secret has one of these in a document, by the schema that it was parsed with.
  const sources = declaration as Readonly<Record<string, SecretSource | undefined>>;
  return secretFields(kind).flatMap(({ field }) => {
    const source = sources[field];
    return source === undefined ? [] : [{ field, source }];
  });
}
