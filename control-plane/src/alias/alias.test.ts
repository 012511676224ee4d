import type { Specs } from '@tollgate/schema';
import { expect, test } from 'vitest';
import type { FindSpec } from '../aggregate/entity-definition.ts';
import { aliasDefinition } from './alias.definition.ts';

function check(name: string, aliases: Readonly<Record<string, Specs['alias']>>) {
  const find = ((_: string, id: string) => aliases[id]) as FindSpec;
  return aliasDefinition.check(name, aliases[name] ?? {}, find);
}

test('an alias may stand for an alias, as long as the way ends at a model', () => {
  expect(check('a', { a: { alias: 'b' }, b: { alias: 'c' }, c: { model: 'm' } })).toEqual([]);
});

test('aliases that go in a circle are refused, with the circle', () => {
  const aliases = { a: { alias: 'b' }, b: { alias: 'c' }, c: { alias: 'a' } };
  expect(check('b', aliases)).toEqual([{ path: 'alias', message: 'goes in a circle: b → c → a → b' }]);
  expect(check('x', { x: { alias: 'x' } })).toHaveLength(1);
});

test('one that only leads into a circle of others is not on it', () => {
  expect(check('x', { x: { alias: 'a' }, a: { alias: 'b' }, b: { alias: 'a' } })).toEqual([]);
});
