import { personalFields, type SecretRef, secretFields } from '@tollgate/schema';
import type { Entity } from '../../aggregate/entity.ts';
import { toEntityFields } from '../node-fields.ts';
import type { EntityNode } from './entity-types.ts';
import type { ReadPersonal } from './personal-reader.ts';

/** What is answered of an entity: its spec, with personal data opened and only what may be known of its secrets. */
export function toNode(entity: Entity, readPersonal: ReadPersonal): EntityNode {
  const spec = entity.state.spec as Readonly<Record<string, unknown>>;
  const secrets = secretFields(entity.kind).map(({ field }) => {
    const secret = spec[field] as { readonly ref?: SecretRef } | undefined;
    return [field, { isSet: secret !== undefined, ref: secret?.ref ?? null }];
  });
  const personal = personalFields(entity.kind).map((field) => [field, readPersonal(entity, field)]);
  return {
    ...spec,
    ...Object.fromEntries([...secrets, ...personal]),
    ...toEntityFields(entity),
    blocked: entity.state.blocked ?? false,
    state: entity.state,
  };
}
