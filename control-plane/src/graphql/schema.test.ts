import { readFileSync } from 'node:fs';
import { isEnumType, isInputObjectType, isIntrospectionType, isObjectType, isSpecifiedScalarType } from 'graphql';
import { expect, test } from 'vitest';
import { createGraphQLSchema, printGraphQLSchema } from './schema.ts';

const schema = createGraphQLSchema();

test('the checked-in schema is that of the code; if not, run: pnpm --filter @tollgate/control-plane emit-schema', () => {
  const file = new URL('../../../schema/graphql/schema.graphql', import.meta.url);
  expect(readFileSync(file, 'utf8')).toBe(printGraphQLSchema(schema));
});

test('every type and every field has a description', () => {
  const types = Object.values(schema.getTypeMap()).filter(
    (type) => !isIntrospectionType(type) && !isSpecifiedScalarType(type),
  );
  const bare = types.flatMap((type) => {
    const fields = isObjectType(type) || isInputObjectType(type) ? Object.values(type.getFields()) : [];
    const named = [{ name: type.name, description: type.description }, ...fields];
    const isRoot = type === schema.getQueryType() || type === schema.getMutationType();
    return named
      .filter(({ name, description }) => !description && !(isRoot && name === type.name))
      .map(({ name }) => `${type.name}.${name}`);
  });
  expect(bare).toEqual([]);
  expect(types.some(isEnumType)).toBe(true);
});
