import { expect, test } from 'vitest';
import { createLinkBook } from './link-book.ts';
import type { LinkRecord } from './node-link-record.ts';

const record = (nodeId: string, linkId: string): LinkRecord => ({
  nodeId,
  linkId,
  address: 'http://node',
  version: null,
  sealingKeys: null,
  revision: 0,
  checksum: '',
  connectedAt: new Date(0),
  acknowledgedAt: null,
  leftAt: null,
  lastError: null,
});

test('what changed is taken once, as it is by then', () => {
  const book = createLinkBook();
  book.open(record('a', 'one'));
  book.update({ nodeId: 'a', linkId: 'one' }, { revision: 1 });
  book.update({ nodeId: 'a', linkId: 'one' }, { revision: 2 });
  const batch = book.take('changes');
  expect(batch).toMatchObject({ records: [{ nodeId: 'a', revision: 2 }], claims: ['one'] });
  book.written(batch);
  expect(book.take('changes')).toEqual({ records: [], claims: [] });
  expect(book.take('all')).toMatchObject({ records: [{ nodeId: 'a' }], claims: [] });
});

test('what could not be written is taken again, with what changed meanwhile, and claimed still', () => {
  const book = createLinkBook();
  book.open(record('a', 'one'));
  const batch = book.take('changes');
  book.update({ nodeId: 'a', linkId: 'one' }, { revision: 7 });
  book.failed(batch);
  expect(book.take('changes')).toMatchObject({ records: [{ revision: 7 }], claims: ['one'] });
});

test('the end of an older link is not that of the newer one', () => {
  const book = createLinkBook();
  book.open(record('a', 'one'));
  book.open(record('a', 'two'));
  book.update({ nodeId: 'a', linkId: 'one' }, { leftAt: new Date(1) });
  expect(book.take('changes')).toMatchObject({ records: [{ linkId: 'two', leftAt: null }], claims: ['two'] });
});

test('a link that ended is forgotten once that is written, but not if the node linked again meanwhile', () => {
  const book = createLinkBook();
  book.open(record('a', 'one'));
  book.open(record('b', 'one'));
  for (const nodeId of ['a', 'b']) book.update({ nodeId, linkId: 'one' }, { leftAt: new Date(1) });
  const batch = book.take('changes');
  book.open(record('b', 'two'));
  book.written(batch);
  expect(book.list()).toMatchObject([{ nodeId: 'b', linkId: 'two' }]);
});

test('while nothing can be written, only so many ended links are kept, the newest', () => {
  const book = createLinkBook();
  for (let index = 0; index < 2_010; index += 1) {
    book.open(record(`n${index}`, 'one'));
    book.update({ nodeId: `n${index}`, linkId: 'one' }, { leftAt: new Date(index) });
  }
  expect(book.list()).toHaveLength(2_000);
  expect(book.list()[0]?.nodeId).toBe('n10');
});
