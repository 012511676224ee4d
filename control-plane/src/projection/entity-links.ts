import type { EntityKind, Specs } from '@tollgate/schema';
import { definitionOf } from '../aggregate/definitions.ts';
import { type EntityId, toEntityId } from '../aggregate/entity.ts';

/** The entities that one refers to, each once. */
export type EntityLinks = {
  /** Those that must exist. */
  readonly refs: readonly EntityId[];
  /** Those that need not, such as models in a list. */
  readonly mentions: readonly EntityId[];
  /** Those of them that it belongs to. */
  readonly parents: readonly EntityId[];
};

export function linksOf(kind: EntityKind, spec: Specs[EntityKind]): EntityLinks {
  const references = definitionOf<EntityKind>(kind).references(spec);
  const ids = (chosen: typeof references) => [...new Set(chosen.map((target) => toEntityId(target.kind, target.name)))];
  return {
    refs: ids(references.filter(({ soft }) => !soft)),
    mentions: ids(references.filter(({ soft }) => soft)),
    parents: ids(references.filter(({ parent }) => parent)),
  };
}
