import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type Batch, createLinkBook } from './link-book.ts';
import { startLinkReporter } from './link-reporter.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const link = { nodeId: 'a', linkId: 'one' };

/** A reporter whose writes end when the test says so. */
function createTestReporter() {
  const book = createLinkBook();
  const writes: { readonly batch: Batch; succeed(): void; fail(): void }[] = [];
  const onFailure = vi.fn();
  const reporter = startLinkReporter({
    book,
    onFailure,
    write: (batch) =>
      new Promise((resolve, reject) => {
        writes.push({ batch, succeed: resolve, fail: () => reject(new Error('Postgres is away')) });
      }),
  });
  const settle = () => vi.advanceTimersByTimeAsync(0);
  const acknowledge = (revision: number) => {
    book.update(link, { revision });
    reporter.wake();
  };
  const nodeA = {
    ...link,
    address: '',
    version: null,
    sealingKeys: null,
    revision: 0,
    checksum: '',
    connectedAt: new Date(0),
  };
  book.open({ ...nodeA, acknowledgedAt: null, leftAt: null, lastError: null });
  return { reporter, writes, onFailure, settle, acknowledge };
}

test('what changes while a batch is under way goes with the next, as one', async () => {
  const { writes, settle, acknowledge } = createTestReporter();
  for (const revision of [1, 2, 3]) acknowledge(revision);
  expect(writes).toHaveLength(1);
  writes[0]?.succeed();
  await settle();
  expect(writes[1]?.batch.records).toMatchObject([{ revision: 3 }]);
  writes[1]?.succeed();
  await settle();
  expect(writes).toHaveLength(2);
});

test('what could not be written is written with the next beat', async () => {
  const { writes, onFailure, settle, acknowledge } = createTestReporter();
  writes[0]?.succeed();
  await settle();
  acknowledge(1);
  writes[1]?.fail();
  await settle();
  expect(onFailure).toHaveBeenCalledOnce();
  expect(writes).toHaveLength(2);
  await vi.advanceTimersByTimeAsync(5_000);
  expect(writes[2]?.batch.records).toMatchObject([{ revision: 1 }]);
});

test('a stop waits for what is under way and writes the rest', async () => {
  const { reporter, writes, settle, acknowledge } = createTestReporter();
  acknowledge(9);
  const stopped = reporter.stop();
  writes[0]?.succeed();
  await settle();
  expect(writes[1]?.batch.records).toMatchObject([{ revision: 9 }]);
  writes[1]?.succeed();
  await settle();
  // What the acknowledgement left due was written just now, so nothing is left.
  expect(writes[2]?.batch.records).toEqual([]);
  writes[2]?.succeed();
  await stopped;
});
