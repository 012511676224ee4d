import { buildSchema, type OperationDefinitionNode, parse, validate } from 'graphql';
import { describe, expect, test } from 'vitest';
import { measureOperation } from './measure-operation.ts';

const schema = buildSchema(`
  type Query { things(first: Int! = 50, tag: String): Things!  thing: Thing  save(input: [String!]!): Int }
  type Things { nodes: [Thing!]!  total: Int }
  type Thing { name: String  tags: [String!]  parts(first: Int): Things!  within: Thing }
`);

function measure(source: string, variables: Readonly<Record<string, unknown>> = {}) {
  const document = parse(source);
  return measureOperation({
    schema,
    document,
    operation: document.definitions[0] as OperationDefinitionNode,
    variables,
  });
}
const depthOf = (source: string): number => measure(source).depth;

/** Fragments of which each spreads the next one twice. */
function doubling(count: number, type: string, inner: string, last: string): string {
  const fragments = Array.from({ length: count }, (_, index) => {
    const next = index + 1 < count ? `...F${index + 1} ...F${index + 1}` : last;
    return `fragment F${index} on ${type} { a: ${inner} { ${next} } b: ${inner} { ${next} } }`;
  });
  return fragments.join(' ');
}

describe('the depth', () => {
  test('counts nested fields, through fragments of either kind', () => {
    expect(depthOf('{ a }')).toBe(1);
    expect(depthOf('{ a { b c { d } } e }')).toBe(3);
    expect(depthOf('{ a { ... on X { b { c } } } }')).toBe(3);
    expect(depthOf('{ a { ...F } } fragment F on X { b { ...G } } fragment G on X { c { d } }')).toBe(4);
  });

  test('does not count introspection', () => {
    expect(depthOf('{ __schema { types { fields { type { ofType { ofType { name } } } } } } a }')).toBe(1);
  });

  test('measures fragments that spread each other many times once each', () => {
    expect(depthOf(`{ ...F0 } ${doubling(60, 'X', 'c', 'end')}`)).toBe(61);
  });
});

describe('the cost', () => {
  test.each<[string, number, Readonly<Record<string, unknown>>?]>([
    ['{ thing { name tags } }', 3],
    ['{ __schema { types { name } } }', 3],
    // A page costs its own field and as often as it has places what lies in it.
    ['{ things(first: 10) { nodes { name } } }', 1 + 10 * 2],
    ['{ things { nodes { name } } }', 1 + 50 * 2],
    ['{ things(first: 10) { nodes { parts(first: 3) { total } } total } }', 1 + 10 * (1 + (1 + 3 * 1) + 1)],
    // Of a page without a size that is known, each field counts once.
    ['{ thing { parts { total } } }', 3],
    ['{ things(first: 0) { total } other: things(first: -7) { total } }', 4],
    // Sizes may stand in variables, which may have defaults.
    ['query ($n: Int!) { things(first: $n) { total } }', 1 + 7, { n: 7 }],
    ['query ($n: Int! = 9) { things(first: $n) { total } }', 1 + 9],
    ['query ($n: Int! = 9) { things(first: $n) { total } }', 1 + 4, { n: 4 }],
    ['query ($n: Int) { thing { parts(first: $n) { total } } }', 3],
    ['query ($n: Int = 8) { things(first: $n) { total } }', 1 + 8],
    // What is not asked for costs nothing.
    ['query ($yes: Boolean!) { thing @include(if: $yes) { name } }', 2, { yes: true }],
    ['query ($yes: Boolean!) { thing @include(if: $yes) { name } }', 0, { yes: false }],
    ['query ($no: Boolean! = true) { thing { name tags @skip(if: $no) } }', 2],
    ['{ thing { ... on Thing @skip(if: true) { name } ...F @include(if: false) } } fragment F on Thing { name }', 1],
    // Fragments count where they are spread.
    ['{ things(first: 10) { ...F } } fragment F on Things { nodes { ...G ...G } } fragment G on Thing { name }', 31],
    ['{ thing { ... { name } ... on Thing { parts(first: 5) { total } } } }', 1 + 1 + 1 + 5],
  ])('of %s is %i', (source, cost, variables) => {
    expect(validate(schema, parse(source))).toEqual([]);
    expect(measure(source, variables).cost).toBe(cost);
  });

  test('of fragments that spread each other many times is told at once', () => {
    const source = `{ thing { ...F0 } } ${doubling(60, 'Thing', 'within', 'name')}`;
    expect(measure(source).cost).toBeGreaterThan(2 ** 60);
  });

  test('is the same however large the values are that say nothing of pages', () => {
    const touchy = new Proxy(['x'], {
      get: () => {
        throw new Error('nobody looks in here');
      },
    });
    expect(measure('query ($input: [String!]!) { save(input: $input) }', { input: touchy }).cost).toBe(1);
  });
});
