import fc from 'fast-check';
import { expect, test } from 'vitest';
import { chainHash, GENESIS_HASH } from './chain-hash.ts';
import type { KnownHash } from './log-verifier.ts';
import type { LoggedEvent } from './logged-event.ts';
import { createExportVerifier, type ExportVerdict } from './verify-export.ts';

/** A valid log with the given data. */
function logOf(data: readonly string[]): readonly LoggedEvent[] {
  let hash = GENESIS_HASH;
  return data.map((text, index) => {
    const event = {
      position: index + 1,
      streamId: 'team:t',
      version: index + 1,
      type: 'TeamUpdated',
      schemaVersion: 1,
      data: { text },
      metadata: { actor: 'ada', source: 'cli' },
      recordedAt: new Date(1_700_000_000_000 + index).toISOString(),
    };
    hash = chainHash(hash, event);
    return { ...event, hash };
  });
}

const head = '{"tollgateEventLog":1}';
const tailOf = (events: readonly LoggedEvent[]) =>
  JSON.stringify({ events: events.length, head: events.at(-1)?.hash ?? GENESIS_HASH });

function verify(lines: readonly string[], known: readonly KnownHash[] = []): ExportVerdict {
  const verifier = createExportVerifier(known);
  for (const line of lines) verifier.push(line);
  return verifier.verdict();
}

const linesOf = (events: readonly LoggedEvent[], tail = tailOf(events)): readonly string[] => [
  head,
  ...events.map((event) => JSON.stringify(event)),
  tail,
];

const log = logOf(['a', 'b', 'c', 'd', 'e']);
const [first, second, third, fourth, fifth] = log as [LoggedEvent, LoggedEvent, LoggedEvent, LoggedEvent, LoggedEvent];

test('an untouched export verifies, an empty one and one that ends with a line break too', () => {
  expect(verify(linesOf(log))).toEqual({ ok: true, events: 5, head: fifth.hash });
  expect(verify([...linesOf(log), ''])).toMatchObject({ ok: true });
  expect(verify(linesOf([]))).toEqual({ ok: true, events: 0, head: GENESIS_HASH });
});

test('whatever is changed, at whatever place, the first broken event is named with its line', () => {
  const changes: readonly ((event: LoggedEvent) => LoggedEvent)[] = [
    (event) => ({ ...event, data: { text: 'other' } }),
    (event) => ({ ...event, type: 'TeamDeleted' }),
    (event) => ({ ...event, streamId: 'team:other' }),
    (event) => ({ ...event, version: event.version + 1 }),
    (event) => ({ ...event, schemaVersion: 2 }),
    (event) => ({ ...event, recordedAt: '2000-01-01T00:00:00.000Z' }),
    (event) => ({ ...event, metadata: { actor: 'somebody else', source: 'cli' } }),
    (event) => ({ ...event, hash: '1'.repeat(64) }),
  ];
  fc.assert(
    fc.property(fc.nat({ max: 4 }), fc.constantFrom(...changes), (index, change) => {
      const changed = log.map((event, place) => (place === index ? change(event) : event));
      expect(verify(linesOf(changed, tailOf(log)))).toEqual({
        ok: false,
        problem: 'changed',
        position: index + 1,
        line: index + 2,
        message: `event ${index + 1} was changed: it does not match its hash`,
      });
    }),
  );
});

test.each([
  ['missing', 2, [first, third, fourth, fifth]],
  ['missing', 1, [second, third, fourth, fifth]],
  ['reordered', 2, [first, third, second, fourth, fifth]],
  ['reordered', 3, [first, second, fifth, third, fourth]],
  ['reordered', 3, [first, second, second, third, fourth, fifth]],
])('what is %s is told, and where', (problem, position, events) => {
  expect(verify(linesOf(events, tailOf(log)))).toMatchObject({ ok: false, problem, position });
});

test('an export whose end is cut off is told, with and without its last line', () => {
  const cut = log.slice(0, 3);
  expect(verify(linesOf(cut, tailOf(log)))).toMatchObject({ problem: 'truncated', position: 4, line: 5 });
  expect(verify(linesOf(cut).slice(0, -1))).toMatchObject({ problem: 'truncated', position: 4, line: 4 });
  expect(verify([])).toMatchObject({ problem: 'truncated', position: 1 });
});

test('with a hash that was written down, also an end that was cut off cleanly and a log that was written anew are told', () => {
  const known = [{ position: 4, hash: fourth.hash }];
  expect(verify(linesOf(log), known)).toMatchObject({ ok: true });
  expect(verify(linesOf(log.slice(0, 3)), known)).toMatchObject({ problem: 'truncated', position: 4 });
  const anew = logOf(['a', 'b', 'another', 'd', 'e']);
  expect(verify(linesOf(anew))).toMatchObject({ ok: true });
  expect(verify(linesOf(anew), known)).toMatchObject({ problem: 'rewritten', position: 4, line: 5 });
});

test.each([
  ['no export at all', ['hello'], 1],
  ['no head', linesOf(log).slice(1), 1],
  ['a head of another version', ['{"tollgateEventLog":2}', ...linesOf(log).slice(1)], 1],
  ['a line that is no JSON', [head, '{"position":1', tailOf([])], 2],
  ['an event with a member too many', [head, JSON.stringify({ ...first, note: 'x' }), tailOf([first])], 2],
  ['something after the last line', [...linesOf(log), JSON.stringify(first)], 8],
])('%s is malformed, and the line is named', (_, lines, line) => {
  expect(verify(lines)).toMatchObject({ ok: false, problem: 'malformed', line });
});

test('an event that cannot be read is named, however many follow', () => {
  const lines = linesOf(log);
  const garbled = lines.with(3, '{"position":3,');
  expect(verify(garbled)).toMatchObject({
    problem: 'malformed',
    position: 3,
    line: 4,
    message: 'event 3 cannot be read: the line is not JSON',
  });
});
