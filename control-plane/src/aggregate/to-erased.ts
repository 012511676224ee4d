import { type EntityKind, personalFields, type Specs } from '@tollgate/schema';
import type { EntityState } from './entity.ts';

/** An entity without its personal data; all else stays as it is. */
export function toErased<Kind extends EntityKind>(kind: Kind, state: EntityState<Kind>): EntityState<Kind> {
  const personal = new Set(personalFields(kind));
  const kept = Object.entries(state.spec).filter(([field]) => !personal.has(field));
  // A personal field may be missing from what is stored, although it is asked for in what is declared.
  return { ...state, spec: Object.fromEntries(kept) as Specs[Kind], erased: true };
}
