import type { EntityKind } from '@tollgate/schema';
import type { EntityState } from '../aggregate/entity.ts';

/** The hashes of all secrets that an entity is taken for: a key's own, and those before its last rotations. */
export function takenSecretsOf(kind: EntityKind, state: EntityState): readonly string[] {
  if (kind !== 'virtual-key') return [];
  const { spec, previousSecrets = [] } = state as EntityState<'virtual-key'>;
  return [spec.secret.sha256, ...previousSecrets.map(({ sha256 }) => sha256)];
}
