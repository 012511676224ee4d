import { type EntityKind, personalFields, secretFields } from '@tollgate/schema';
import { type EntityId, toEntityId } from '../aggregate/entity.ts';

/** Whether entities of a kind have fields that are sealed, and thus a data key. */
export const isSealedKind = (kind: EntityKind): boolean =>
  personalFields(kind).length > 0 || secretFields(kind).some(({ as }) => as === 'sealed');

/** The entities among some changes whose fields are to be sealed. */
export function sealedEntitiesOf(
  changes: readonly { readonly op: string; readonly kind: EntityKind; readonly name: string }[],
): readonly EntityId[] {
  return changes
    .filter(({ op, kind }) => op === 'put' && isSealedKind(kind))
    .map(({ kind, name }) => toEntityId(kind, name));
}
