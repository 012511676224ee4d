import { expect, test } from 'vitest';
import { amountsOf, createBookBench, grantOf, quotaOf } from './quota-book-fixture.ts';

const QUOTA = quotaOf('q');

test('what fits the lease at hand is let through at once; else the authority is asked', () => {
  const { book, request, pass, sent, lastItem, answer } = createBookBench();
  const first = request([QUOTA], 5);
  expect(first.outcome).toBe('waits');
  pass(0);
  expect(lastItem('q')).toMatchObject({ need: 5, waiting: 5, slots: [] });
  answer([grantOf('q', 12)]);
  expect(first.outcome).toBe('admitted');
  expect(request([QUOTA], 7).outcome).toBe('admitted');
  expect(sent).toHaveLength(1);
  expect(book.view('q')).toMatchObject({ available: 0, view: { limit: 100, held: 12 } });
});

test('reserves from all quotas or from none', () => {
  const { book, request, pass, answer } = createBookBench();
  const both = request([QUOTA, quotaOf('r')], 5);
  pass(0);
  answer([grantOf('q', 5), grantOf('r', 0, { held: 100, short: 'exhausted' })]);
  expect(both.outcome).toBe('exhausted');
  expect(both.refusal).toMatchObject({ quota: { id: 'r' }, amount: 5, view: { held: 100 } });
  expect(book.view('q')?.available).toBe(5);
});

test('those that wait are served in the order in which they came, a small one also behind a large one that does not fit', () => {
  const { request, pass, answer, lastItem } = createBookBench();
  const [large, small, smaller] = [request([QUOTA], 50), request([QUOTA], 5), request([QUOTA], 2)];
  pass(0);
  expect(lastItem('q')).toMatchObject({ need: 50, waiting: 57 });
  answer([grantOf('q', 0, { held: 94, short: 'exhausted' })]);
  expect([large.outcome, small.outcome, smaller.outcome]).toEqual(['exhausted', 'waits', 'waits']);
  pass(20);
  expect(lastItem('q')).toMatchObject({ need: 5, waiting: 7 });
  answer([grantOf('q', 5, { held: 99 })]);
  expect([small.outcome, smaller.outcome]).toEqual(['admitted', 'waits']);
});

test('what was refused just now is refused at once for a moment, and then asked for again', () => {
  const { request, pass, answer, sent } = createBookBench();
  request([QUOTA], 5);
  pass(0);
  answer([grantOf('q', 0, { held: 100, short: 'exhausted' })]);
  expect(request([QUOTA], 5).outcome).toBe('exhausted');
  expect(sent).toHaveLength(1);
  pass(60);
  expect(request([QUOTA], 5).outcome).toBe('waits');
});

test('what others hold idle is waited for half a second at most', () => {
  const { request, pass, answer, sent } = createBookBench();
  const asking = request([QUOTA], 5);
  pass(0);
  const recalling = grantOf('q', 0, { held: 100, short: 'recalling' });
  for (let turn = 0; turn < 10; turn += 1) {
    answer([recalling]);
    pass(15);
  }
  expect(sent).toHaveLength(11);
  expect(asking.outcome).toBe('waits');
  pass(1_000);
  expect(asking.outcome).toBe('exhausted');
});

test('while nobody can be asked each quota says what holds: refuse, allow, or shadow, which refuses nobody', () => {
  const { book, request, cut, join, pass, answer, lastItem } = createBookBench();
  cut();
  const refused = request([QUOTA], 5);
  const allowed = request([quotaOf('a', { onOutage: 'allow' })], 5);
  const shadow = request([quotaOf('s', { mode: 'shadow' })], 5);
  pass(0);
  expect([refused, allowed, shadow].map(({ outcome }) => outcome)).toEqual(['unavailable', 'admitted', 'admitted']);
  expect(allowed.reservation?.settle({ nano_usd: 4, tokens: 4, requests: 1, concurrent: 0 })).toEqual([
    { quota: 'a', slot: null, amount: 4 },
  ]);
  join();
  expect(lastItem('a')).toMatchObject({ need: 0, slots: [] });
  // Even where nothing is left to be granted, what was spent is told once there is a slot for it.
  answer([grantOf('a', 0, { held: 100 }), grantOf('s', 0, { held: 100 })]);
  pass(1_000);
  expect(lastItem('a')?.slots).toMatchObject([{ slot: 0, granted: 0, spent: 4 }]);
  expect(lastItem('s')?.slots).toMatchObject([{ slot: 0, refused: 1 }]);
  expect(book.view('a')?.view.held).toBe(100);
});

test('shadow mode lets through what does not fit, and counts it', () => {
  const { request, pass, answer, lastItem } = createBookBench();
  const shadow = quotaOf('s', { mode: 'shadow' });
  const asking = request([shadow], 5);
  pass(0);
  answer([grantOf('s', 0, { held: 100, short: 'exhausted' })]);
  expect(asking.outcome).toBe('admitted');
  asking.reservation?.settle({ nano_usd: 3, tokens: 3, requests: 1, concurrent: 0 });
  pass(2_000);
  answer([grantOf('s', 0, { held: 100 })]);
  pass(2_000);
  expect(lastItem('s')?.slots).toMatchObject([{ spent: 3, reserved: 0, refused: 1 }]);
});

test('an answer to an older question counts as none, and what it told is told again', () => {
  const { book, request, pass, answer, sent, lastItem } = createBookBench();
  const asking = request([QUOTA], 5);
  pass(0);
  answer([grantOf('q', 5)]);
  asking.reservation?.settle({ nano_usd: 5, tokens: 5, requests: 1, concurrent: 0 });
  pass(1_000);
  expect(lastItem('q')?.slots).toMatchObject([{ granted: 5, spent: 5 }]);
  const lost = sent.at(-1);
  pass(2_000);
  expect(sent.at(-1)?.seq).toBeGreaterThan(lost?.seq ?? 0);
  expect(lastItem('q')?.slots).toMatchObject([{ granted: 5, spent: 5 }]);
  book.granted({ type: 'grant', holder: 'h', seq: lost?.seq ?? 0, items: [grantOf('q', 50)], gone: [] });
  expect(book.view('q')?.available).toBe(0);
});

test('what is recalled is given back, but for what a request has that waits for the rest', () => {
  const { book, request, pass, answer, lastItem } = createBookBench();
  request([quotaOf('b')], 1);
  pass(0);
  answer([grantOf('b', 9)]);
  book.recalled({ type: 'recall', quotas: ['b', 'never heard of'] });
  expect(lastItem('b')?.slots).toMatchObject([{ granted: 9, returned: 8, reserved: 1 }]);
  answer([grantOf('b', 9)]);

  // `a` comes before `b`: who has `a` keeps it; who has `b` and lacks `a` gives `b` back, and asks for it once it has `a`.
  const hasFirst = createBookBench();
  hasFirst.request([quotaOf('a'), quotaOf('b')], 5);
  hasFirst.pass(0);
  hasFirst.answer([grantOf('a', 5), grantOf('b', 0, { short: 'recalling', held: 100 })]);
  hasFirst.book.recalled({ type: 'recall', quotas: ['a'] });
  expect(hasFirst.book.view('a')?.available).toBe(5);

  const hasLast = createBookBench();
  hasLast.request([quotaOf('a'), quotaOf('b')], 5);
  hasLast.pass(0);
  hasLast.answer([grantOf('a', 0, { short: 'recalling', held: 100 }), grantOf('b', 5)]);
  hasLast.book.recalled({ type: 'recall', quotas: ['b'] });
  expect(hasLast.book.view('b')?.available).toBe(0);
  expect(hasLast.lastItem('a')).toMatchObject({ need: 5 });
  expect(hasLast.lastItem('b')).toMatchObject({ need: 0, slots: [{ granted: 5, returned: 5 }] });
});

test('a quota that is gone refuses nobody, until there is another configuration', () => {
  const { book, request, pass, answer } = createBookBench();
  const asking = request([QUOTA], 5);
  pass(0);
  answer([], ['q']);
  expect(asking.outcome).toBe('admitted');
  book.configured();
  expect(request([QUOTA], 5).outcome).toBe('waits');
});

test('who has nothing to say says so every few seconds', () => {
  const { request, pass, answer, sent } = createBookBench();
  request([QUOTA], 5);
  pass(0);
  answer([grantOf('q', 5)]);
  pass(6_000);
  expect(sent.slice(1).map(({ items }) => items)).toEqual([[]]);
});

test('a book that is closed gives back all, in as many messages as it takes, and refuses who waits', () => {
  const { book, request, pass, answer, sent } = createBookBench();
  const quotas = Array.from({ length: 2_500 }, (_, index) => quotaOf(`q${index}`));
  for (const quota of quotas) request([quota], 5);
  pass(0);
  answer(quotas.slice(0, 2_000).map(({ id }) => grantOf(id, 7)));
  pass(20);
  answer(quotas.slice(2_000).map(({ id }) => grantOf(id, 7)));
  const waiting = request([QUOTA], 200);
  const before = sent.length;
  book.close();
  expect(waiting.outcome).toBe('unavailable');
  const reports = sent.slice(before).flatMap(({ items }) => items.flatMap(({ slots }) => slots));
  expect(reports).toHaveLength(2_500);
  for (const report of reports) expect(report).toMatchObject({ granted: 7, returned: 2, reserved: 5, over: false });
});

test('a book that is closed refuses at once, also who asks when it is refused by it', () => {
  const { book, request } = createBookBench();
  const first = request([QUOTA], 10);
  let second = 'waits';
  book.reserve(
    [QUOTA],
    amountsOf(10),
    () => {},
    () =>
      book.reserve(
        [QUOTA],
        amountsOf(1),
        () => {},
        ({ reason }) => {
          second = reason;
        },
      ),
  );
  book.close();
  expect([first.outcome, second, request([QUOTA], 1).outcome]).toEqual(['unavailable', 'unavailable', 'unavailable']);
});
