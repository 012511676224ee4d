import type { Json } from '@tollgate/schema';
import { expect, test } from 'vitest';
import { newestVersionOf, type Upcasters, upcast } from './upcast.ts';

const table: Upcasters = {
  TeamUpdated: [
    (data) => ({ ...(data as object), renamed: (data as { old: Json }).old, old: undefined }),
    (data) => ({ ...(data as object), added: true }),
  ],
};

test('an event of any form is read in the newest form of its type', () => {
  const of = (schemaVersion: number, data: Json) => upcast({ type: 'TeamUpdated', schemaVersion, data }, table);
  expect(of(1, { old: 'a' })).toEqual({ type: 'TeamUpdated', schemaVersion: 3, data: { renamed: 'a', added: true } });
  expect(of(2, { renamed: 'a' })).toMatchObject({ schemaVersion: 3, data: { renamed: 'a', added: true } });
  expect(of(3, { renamed: 'a' })).toMatchObject({ schemaVersion: 3, data: { renamed: 'a' } });
});

test('a type that never changed its form is read as it is', () => {
  const event = { type: 'ModelUpdated', schemaVersion: 1, data: { a: 1 } };
  expect(upcast(event, table)).toBe(event);
});

test('new events are written in the newest form', () => {
  expect([newestVersionOf('TeamUpdated', table), newestVersionOf('ModelUpdated', table)]).toEqual([3, 1]);
});

test('an event of a later version of the program is an error, not a guess', () => {
  expect(() => upcast({ type: 'TeamUpdated', schemaVersion: 4, data: {} }, table)).toThrow(
    'TeamUpdated has form 4 and this program knows 3',
  );
});
