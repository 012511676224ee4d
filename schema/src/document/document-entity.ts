import type { EntityKind } from '../config/kinds.ts';
import type { SecretRef } from '../config/secret-ref.ts';
import type { DocumentPlace } from './document-problem.ts';
import type { DocumentDeclarations } from './document-schema.ts';

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
  return entities.flatMap((entity): readonly SecretUse[] => {
    switch (entity.kind) {
      case 'provider': {
        const ref = entity.declaration.apiKey;
        return ref ? [{ ref, entity, path: 'apiKey' }] : [];
      }
      case 'virtual-key': {
        const secret = entity.declaration.secret;
        return secret && !('sha256' in secret) ? [{ ref: secret, entity, path: 'secret' }] : [];
      }
      case 'model':
      case 'team':
        return [];
      default:
        return entity satisfies never;
    }
  });
}
