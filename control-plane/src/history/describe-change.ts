import type { EntityKind, FieldChange, Json } from '@tollgate/schema';
import { definitionOf } from '../aggregate/definitions.ts';
import { type EntityId, type EntityState, parseEntityId } from '../aggregate/entity.ts';
import { isSameJson } from '../aggregate/is-same-json.ts';
import { diffFields } from './diff-fields.ts';
import { mask } from './show-event.ts';

export type ChangeAction = 'create' | 'update' | 'delete' | 'block' | 'unblock' | 'erase' | 'rotate' | 'take-over';

/** As much of an entity as its history compares. */
export type EntitySide = { readonly state: EntityState; readonly owner: string };

/** How an entity differs between two points, for people to read: without secrets. */
export type ChangeDescription = {
  readonly action: ChangeAction;
  readonly fields: readonly FieldChange[];
};

/**
 * Compares an entity before and after; undefined stands for 'was none'. What operation did to it, such as blocking, is
 * among the fields.
 * @returns undefined if nothing differs
 */
export function describeChange(
  id: EntityId,
  before: EntitySide | undefined,
  after: EntitySide | undefined,
): ChangeDescription | undefined {
  const action = actionOf(before, after);
  if (action === undefined) return undefined;
  const { show } = definitionOf<EntityKind>(parseEntityId(id).kind);
  const [old, next] = [before?.state, after?.state];
  return {
    action,
    fields: [
      ...diffFields(old && show(old.spec, undefined), next && show(next.spec, old?.spec)),
      ...diffFields(old && actsOf(old), next && actsOf(next)),
    ],
  };
}

function actionOf(before: EntitySide | undefined, after: EntitySide | undefined): ChangeAction | undefined {
  if (!before) return after && 'create';
  if (!after) return 'delete';
  if (after.state.erased && !before.state.erased) return 'erase';
  if (!isSameJson(before.state.spec, after.state.spec)) return 'update';
  if (before.state.blocked !== after.state.blocked) return after.state.blocked ? 'block' : 'unblock';
  if (!isSameJson(before.state, after.state)) return 'rotate';
  return before.owner === after.owner ? undefined : 'take-over';
}

/** What was done to it in operation, which is all of its state but what was declared. */
function actsOf({ spec, ...acts }: EntityState): Json {
  return mask(acts as Json);
}
