import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { entityKinds } from './entity-kind.ts';
import { personalFields, secretFields } from './kind-fields.ts';
import { blockableKinds, kinds } from './kinds.ts';
import { markOf } from './marks.ts';
import { markedPathsOf } from './reference.ts';

describe.each(entityKinds)('%s', (kind) => {
  const { declaration } = kinds[kind];

  test('says what it is and what each of its fields is', () => {
    expect(declaration.description).toMatch(/\.$/);
    expect(fieldsWithoutDescription(declaration)).toEqual([]);
  });

  test('refers to no kind that stands behind it in the list, but for mentions', () => {
    const behind = new Set(entityKinds.slice(entityKinds.indexOf(kind) + 1));
    const references = markedPathsOf(declaration).flatMap(({ mark }) => mark.reference ?? []);
    const hard = references.filter(({ soft }) => !soft).flatMap((reference) => reference.kinds);
    expect(hard.filter((other) => behind.has(other))).toEqual([]);
  });

  test('has its secrets and personal data at the top of the declaration, where sealing looks for them', () => {
    const hidden = markedPathsOf(declaration).filter(({ mark }) => mark.secret || mark.personal);
    expect(hidden.map(({ path }) => path.length)).toEqual(hidden.map(() => 1));
    expect(hidden).toHaveLength(secretFields(kind).length + personalFields(kind).length);
  });

  test('takes no unknown field', () => {
    const codes = declaration.safeParse({ nonsense: 1 }).error?.issues.map(({ code }) => code);
    expect(codes).toContain('unrecognized_keys');
  });
});

test('sections are named once', () => {
  const sections = entityKinds.map((kind) => kinds[kind].section);
  expect(new Set(sections).size).toBe(entityKinds.length);
});

test('what has requests of its own can be blocked', () => {
  expect(blockableKinds).toEqual(['organization', 'team', 'project', 'user', 'customer', 'virtual-key']);
});

test('a mark outlives what is made of the marked schema', () => {
  const [schema, described] = [kinds['virtual-key'].declaration.shape.team, z.string().describe('x')];
  expect(markOf(schema.describe('other')).reference?.kinds).toEqual(['team']);
  expect(markOf(described)).toEqual({});
});

function fieldsWithoutDescription(schema: z.ZodObject, path = ''): readonly string[] {
  return Object.entries<z.core.$ZodType>(schema.shape).flatMap(([field, inner]) => {
    const own = `${path}${field}`;
    const core = unwrap(inner);
    const within = core instanceof z.ZodObject && markOf(core).type ? fieldsWithoutDescription(core, `${own}.`) : [];
    return [...(isDescribed(inner) ? [] : [own]), ...within];
  });
}

const isDescribed = (schema: z.core.$ZodType): boolean =>
  Boolean(z.globalRegistry.get(schema)?.description) ||
  (schema instanceof z.ZodOptional && isDescribed(schema.unwrap()));

function unwrap(schema: z.core.$ZodType): z.core.$ZodType {
  if (schema instanceof z.ZodOptional) return unwrap(schema.unwrap());
  return schema instanceof z.ZodArray ? unwrap(schema.element) : schema;
}
