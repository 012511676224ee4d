import { type OperationDefinitionNode, parse } from 'graphql';
import { expect, test } from 'vitest';
import { depthOf } from './depth-limit.ts';

const measure = (source: string): number => {
  const document = parse(source);
  return depthOf(document, document.definitions[0] as OperationDefinitionNode);
};

test('depth counts nested fields, through fragments of either kind', () => {
  expect(measure('{ a }')).toBe(1);
  expect(measure('{ a { b c { d } } e }')).toBe(3);
  expect(measure('{ a { ... on X { b { c } } } }')).toBe(3);
  expect(measure('{ a { ...F } } fragment F on X { b { ...G } } fragment G on X { c { d } }')).toBe(4);
});

test('introspection does not count', () => {
  expect(measure('{ __schema { types { fields { type { ofType { ofType { name } } } } } } a }')).toBe(1);
});

test('fragments that spread each other many times are measured once each', () => {
  const count = 60;
  const fragments = Array.from({ length: count }, (_, index) => {
    const next = index + 1 < count ? `...F${index + 1} ...F${index + 1}` : 'end';
    return `fragment F${index} on X { a { ${next} } b { ${next} } }`;
  });
  expect(measure(`{ ...F0 } ${fragments.join(' ')}`)).toBe(count + 1);
});
