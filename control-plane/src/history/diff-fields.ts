import { canonicalJson, type FieldChange, type Json } from '@tollgate/schema';

type Shown = Json | undefined;

/** The fields that differ, each as deep as both sides have the same shape. What is undefined is unset. */
export function diffFields(before: Shown, after: Shown, path = ''): readonly FieldChange[] {
  if (isSame(before, after)) return [];
  if (isObject(before) && isObject(after)) return diffMembers(before, after, path);
  if (path === '') return diffMembers(isObject(before) ? before : {}, isObject(after) ? after : {}, path);
  if (isListOfObjects(before) && isListOfObjects(after) && before.length === after.length) {
    return before.flatMap((item, index) => diffFields(item, after[index], `${path}[${index}]`));
  }
  return [{ path, before: toText(before), after: toText(after) }];
}

type JsonObject = { readonly [key: string]: Shown };

function diffMembers(before: JsonObject, after: JsonObject, path: string): readonly FieldChange[] {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return keys.flatMap((key) => diffFields(before[key], after[key], path === '' ? key : `${path}.${key}`));
}

/** What was not there is not compared with all that came, which is looked at member by member anyway. */
const isSame = (before: Shown, after: Shown): boolean =>
  before === undefined || after === undefined ? before === after : toText(before) === toText(after);

const toText = (value: Shown): string | null => (value === undefined ? null : canonicalJson(value));

const isObject = (value: Shown): value is JsonObject =>
  value !== null && typeof value === 'object' && !Array.isArray(value);

const isListOfObjects = (value: Shown): value is readonly JsonObject[] =>
  Array.isArray(value) && value.every((item: Shown) => isObject(item));
