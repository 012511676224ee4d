import { canonicalJson, type EntityKind, type Json } from '@tollgate/schema';
import { definitionOf } from '../aggregate/definitions.ts';
import type { EntityEffect } from './entity-effect.ts';

export type PlanAction = 'create' | 'update' | 'delete' | 'block' | 'unblock';

/** `before` and `after` are JSON as text; null stands for 'unset'. */
export type FieldChange = { readonly path: string; readonly before: string | null; readonly after: string | null };

/** What a change set does to one entity, for people to read: without secrets. */
export type PlanEntry = {
  readonly action: PlanAction;
  readonly kind: EntityKind;
  readonly name: string;
  readonly fields: readonly FieldChange[];
};

export function toPlanEntry({ op, kind, name, before, after }: EntityEffect): PlanEntry {
  const { show } = definitionOf<EntityKind>(kind);
  const old = before?.state.spec;
  switch (op) {
    case 'put':
    case 'delete':
      return {
        action: op === 'delete' ? 'delete' : before ? 'update' : 'create',
        kind,
        name,
        fields: diff(old && show(old, undefined), after && show(after.spec, old)),
      };
    case 'block':
    case 'unblock':
      return { action: op, kind, name, fields: diff({ blocked: op !== 'block' }, { blocked: op === 'block' }) };
    default:
      return op satisfies never;
  }
}

type Shown = Json | undefined;

/** The fields that differ, each as deep as both sides have the same shape. */
export function diff(before: Shown, after: Shown, path = ''): readonly FieldChange[] {
  if (toText(before) === toText(after)) return [];
  if (isObject(before) && isObject(after)) return diffMembers(before, after, path);
  if (path === '') return diffMembers(isObject(before) ? before : {}, isObject(after) ? after : {}, path);
  if (isListOfObjects(before) && isListOfObjects(after) && before.length === after.length) {
    return before.flatMap((item, index) => diff(item, after[index], `${path}[${index}]`));
  }
  return [{ path, before: toText(before), after: toText(after) }];
}

type JsonObject = { readonly [key: string]: Shown };

function diffMembers(before: JsonObject, after: JsonObject, path: string): readonly FieldChange[] {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return keys.flatMap((key) => diff(before[key], after[key], path === '' ? key : `${path}.${key}`));
}

const toText = (value: Shown): string | null => (value === undefined ? null : canonicalJson(value));

const isObject = (value: Shown): value is JsonObject =>
  value !== null && typeof value === 'object' && !Array.isArray(value);

const isListOfObjects = (value: Shown): value is readonly JsonObject[] =>
  Array.isArray(value) && value.every((item: Shown) => isObject(item));
