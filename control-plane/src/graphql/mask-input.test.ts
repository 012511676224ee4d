import { buildSchema, graphqlSync, parse, validate } from 'graphql';
import { expect, test } from 'vitest';
import { withoutInputValues } from './mask-input.ts';
import { createGraphQLSchema } from './schema.ts';

const schema = buildSchema(`
  enum Kind { A B }
  input Key { value: String!, count: Int, weight: Float, kind: Kind, on: Boolean }
  input Input { apiKey: Key, tags: [String!] }
  type Query { check(input: Input!): Boolean }
`);

const HOSTILE = 'sk-SECRET; Field "x" at "y"; Expected: "';

const wrongInputs: readonly unknown[] = [
  HOSTILE,
  { apiKey: HOSTILE },
  { apiKey: [HOSTILE] },
  { apiKey: { value: { nested: HOSTILE } } },
  { apiKey: { value: [HOSTILE] } },
  { apiKey: { value: 'x', count: HOSTILE } },
  { apiKey: { value: 'x', weight: HOSTILE } },
  { apiKey: { value: 'x', kind: HOSTILE } },
  { apiKey: { value: 'x', on: HOSTILE } },
  { apiKey: { value: 'x', unknown: HOSTILE } },
  { apiKey: { secret: HOSTILE } },
  { tags: [HOSTILE, null] },
  { tags: [{ a: HOSTILE }] },
];

/** Both as GraphQL text and, below, as variables. */
const toLiteral = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(toLiteral).join(', ')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  return `{${Object.entries(value).map(([key, member]) => `${key}: ${toLiteral(member)}`)}}`;
};

test.each(wrongInputs)('as a variable, the wrong input %j is not repeated by any message', (input) => {
  const source = 'query ($input: Input!) { check(input: $input) }';
  const { errors = [] } = graphqlSync({ schema, source, variableValues: { input } });
  expect(errors.length).toBeGreaterThan(0);
  for (const { message } of errors) expect(withoutInputValues(message)).not.toContain('SECRET');
});

test.each(wrongInputs)('as a literal, the wrong input %j is not repeated by any message', (input) => {
  const errors = validate(schema, parse(`{ check(input: ${toLiteral(input)}) }`));
  expect(errors.length).toBeGreaterThan(0);
  for (const { message } of errors) expect(withoutInputValues(message)).not.toContain('SECRET');
});

test.each([
  '{ check(input: {apiKey "sk-SECRET"}) }',
  '{ check(input: {apiKey: skSECRET "x"}) }',
  '{ check(input: {tags: ["sk-SECRET) }',
  '{ check(input: """sk-SECRET""" """sk-SECRET""") } }',
])('the syntax error of %s repeats no text', (source) => {
  expect.assertions(1);
  try {
    parse(source);
  } catch (error) {
    expect(withoutInputValues((error as Error).message)).not.toContain('SECRET');
  }
});

test('a message keeps where the error is and what would be right', () => {
  const masked = withoutInputValues(
    'Variable "$input" got invalid value "sk-1" at "input.changes[0].name"; String cannot represent a non string value: 12',
  );
  expect(masked).toBe(
    'Variable "$input" got an invalid value at "input.changes[0].name"; String cannot represent a non string value',
  );
});

test('messages without values stay as they are', () => {
  const [error] = validate(createGraphQLSchema(), parse('{ provider }'));
  expect(withoutInputValues(error?.message ?? '')).toBe(error?.message);
});
