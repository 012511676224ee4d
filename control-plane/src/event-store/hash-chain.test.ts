import fc from 'fast-check';
import { expect, test } from 'vitest';
import { chainHash, GENESIS_HASH, verifyChain } from './hash-chain.ts';
import type { StoredEvent } from './stored-event.ts';

/** A valid log with the given data. */
function logOf(data: readonly string[]): StoredEvent[] {
  let hash = GENESIS_HASH;
  return data.map((text, index) => {
    const event = {
      position: index + 1,
      streamId: 'team:t',
      version: index + 1,
      type: 'TeamUpdated',
      data: { text },
      metadata: { changeSetId: `c${index}`, actor: 'admin', source: 'api' },
      recordedAt: new Date(1_700_000_000_000 + index),
    };
    hash = chainHash(hash, event);
    return { ...event, hash };
  });
}

test('an untouched log verifies, an empty one too, and the head is the last hash', () => {
  expect(verifyChain([])).toEqual({ ok: true, events: 0, head: GENESIS_HASH });
  const log = logOf(['a', 'b', 'c']);
  expect(verifyChain(log)).toEqual({ ok: true, events: 3, head: log[2]?.hash });
});

test('the order of members does not matter to a hash, for Postgres does not keep it', () => {
  const [event] = logOf(['a']);
  if (!event) throw new Error('no event');
  const { metadata } = event;
  const turned = { source: metadata.source, actor: metadata.actor, changeSetId: metadata.changeSetId };
  expect(verifyChain([{ ...event, metadata: turned }])).toMatchObject({ ok: true });
});

test('whatever is changed, at whatever place, the first broken position is named', () => {
  const changes: readonly ((event: StoredEvent) => StoredEvent)[] = [
    (event) => ({ ...event, data: { text: 'other' } }),
    (event) => ({ ...event, type: 'TeamDeleted' }),
    (event) => ({ ...event, streamId: 'team:other' }),
    (event) => ({ ...event, version: event.version + 1 }),
    (event) => ({ ...event, recordedAt: new Date(0) }),
    (event) => ({ ...event, metadata: { ...event.metadata, actor: 'somebody else' } }),
    (event) => ({ ...event, hash: GENESIS_HASH }),
  ];
  fc.assert(
    fc.property(
      fc.array(fc.string(), { minLength: 1, maxLength: 20 }),
      fc.nat(),
      fc.constantFrom(...changes),
      (data, at, change) => {
        const index = at % data.length;
        const log = logOf(data).map((event, place) => (place === index ? change(event) : event));
        expect(verifyChain(log)).toEqual({ ok: false, position: index + 1, reason: 'hash' });
      },
    ),
  );
});

test('a missing, doubled or swapped event is a gap at its position', () => {
  const [a, b, c] = logOf(['a', 'b', 'c']);
  if (!a || !b || !c) throw new Error('no events');
  expect(verifyChain([a, c])).toEqual({ ok: false, position: 2, reason: 'gap' });
  expect(verifyChain([b, c])).toEqual({ ok: false, position: 1, reason: 'gap' });
  expect(verifyChain([a, a, b])).toEqual({ ok: false, position: 2, reason: 'gap' });
  expect(verifyChain([a, c, b])).toEqual({ ok: false, position: 2, reason: 'gap' });
});
