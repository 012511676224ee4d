import { buildSchema, graphqlSync } from 'graphql';
import { expect, test } from 'vitest';
import { withoutInputValues } from './mask-input.ts';
import { withEnumValues } from './name-enum-values.ts';

const schema = buildSchema('enum Kind { A B } type Query { check(kind: Kind!): Boolean }');
const messagesOf = (source: string, variableValues = {}): readonly string[] =>
  (graphqlSync({ schema, source, variableValues }).errors ?? []).map(({ message }) =>
    withEnumValues(schema, withoutInputValues(message)),
  );

test.each([
  ['a text', '{ check(kind: "secret") }', {}],
  ['another name', '{ check(kind: secret) }', {}],
  ['a variable', 'query ($kind: Kind!) { check(kind: $kind) }', { kind: 'secret' }],
  ['a variable of another type', 'query ($kind: Kind!) { check(kind: $kind) }', { kind: 7 }],
])('%s that is no value of an enum is answered with its values', (_case, source, variables) => {
  const [message] = messagesOf(source, variables);
  expect(message).toMatch(/; its values are A, B$/);
  expect(message).not.toContain('secret');
});

test('other messages stay as they are', () => {
  expect(withEnumValues(schema, 'Cannot query field "x" on type "Query".')).toBe(
    'Cannot query field "x" on type "Query".',
  );
});
