import { type EntityKind, type PascalCase, toPascalCase } from '@tollgate/schema';

/** What the API calls a kind. */
export type EntityNames = {
  /** Its type: `VirtualKey`. */
  readonly type: string;
  /** The query for one: `virtualKey`. */
  readonly one: string;
  /** The query for all: `virtualKeys`. */
  readonly many: string;
};

export function namesOf(kind: EntityKind): EntityNames {
  const type: PascalCase<EntityKind> = toPascalCase(kind);
  const one = `${type.charAt(0).toLowerCase()}${type.slice(1)}`;
  return { type, one, many: one.endsWith('s') ? `${one}es` : `${one}s` };
}
