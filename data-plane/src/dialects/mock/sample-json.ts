import { isRecord, type JsonRecord } from '../json/json-value.ts';

/** Schemas can refer to themselves and fan out; past these bounds the sample is cut off with `null`. */
const DEPTH_MAX = 32;
const VALUES_MAX = 1_000;

/**
 * The smallest value that a JSON schema allows, for the keywords that structured outputs use: `type`, `enum`, `const`,
 * `required`, `items` with `minItems`, `minLength`, `minimum`, `anyOf`, `oneOf`, `allOf` (its first) and local `$ref`. Without `required`
 * an object is `{}`.
 */
export function sampleJson(schema: unknown): unknown {
  return sample(schema, { root: schema, budget: { values: VALUES_MAX } }, 0);
}

type Context = { readonly root: unknown; readonly budget: { values: number } };

function sample(schema: unknown, context: Context, depth: number): unknown {
  context.budget.values -= 1;
  if (!isRecord(schema) || depth > DEPTH_MAX || context.budget.values < 0) return null;
  if (schema['const'] !== undefined) return schema['const'];
  if (Array.isArray(schema['enum'])) return schema['enum'][0] ?? null;
  if (typeof schema['$ref'] === 'string') return sample(resolve(schema['$ref'], context.root), context, depth + 1);
  const alternatives = schema['anyOf'] ?? schema['oneOf'] ?? schema['allOf'];
  if (Array.isArray(alternatives)) return sample(alternatives[0], context, depth + 1);
  return sampleType(typeOf(schema), schema, context, depth);
}

function sampleType(type: unknown, schema: JsonRecord, context: Context, depth: number): unknown {
  switch (type) {
    case 'array':
      return Array.from({ length: boundOf(schema['minItems']) }, () =>
        sample(schema['items'] ?? {}, context, depth + 1),
      );
    case 'string':
      return 'x'.repeat(boundOf(schema['minLength']));
    case 'number':
    case 'integer':
      return typeof schema['minimum'] === 'number' ? Math.ceil(schema['minimum']) : 0;
    case 'boolean':
      return false;
    case 'null':
      return null;
    default:
      return sampleObject(schema, context, depth);
  }
}

/** Made of entries, so that a property called `__proto__` is one like any other. */
function sampleObject(schema: JsonRecord, context: Context, depth: number): JsonRecord {
  const required: readonly unknown[] = Array.isArray(schema['required']) ? schema['required'] : [];
  const properties = isRecord(schema['properties']) ? schema['properties'] : {};
  const names = required.filter((name) => typeof name === 'string').slice(0, VALUES_MAX);
  return Object.fromEntries(
    names.map((name) => [name, sample(Object.hasOwn(properties, name) ? properties[name] : {}, context, depth + 1)]),
  );
}

function typeOf(schema: JsonRecord): unknown {
  const { type } = schema;
  if (Array.isArray(type)) return type.find((name) => name !== 'null') ?? 'null';
  return type ?? (schema['items'] === undefined ? 'object' : 'array');
}

function boundOf(value: unknown): number {
  return typeof value === 'number' && value > 0 ? Math.min(Math.ceil(value), VALUES_MAX) : 0;
}

/** Follows `#/$defs/name`; whatever is not there allows anything. */
function resolve(reference: string, root: unknown): unknown {
  if (!reference.startsWith('#')) return {};
  return reference
    .split('/')
    .slice(1)
    .map((name) => name.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce<unknown>((value, name) => (isRecord(value) && Object.hasOwn(value, name) ? value[name] : {}), root);
}
