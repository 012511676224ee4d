import { expect, test } from 'vitest';
import type { Exchange, Outcome } from '../load/exchange.ts';
import { balance, IN_BALANCE, type UsageRow } from './balance.ts';

const exchange = (outcome: Outcome, sentAtMs = 100, model = 'a'): Exchange => ({
  model,
  sentAtMs,
  endedAtMs: sentAtMs + 10,
  outcome,
});
const answered = (id: string): Exchange => exchange({ type: 'answered', id, status: 200, body: '' });
const broken = (id?: string): Exchange => exchange({ type: 'broken', id });
const row = (id: string, more: Partial<UsageRow> = {}): UsageRow => ({
  id,
  model: 'a',
  startedAtMs: 105,
  status: 200,
  cause: 'completed',
  ...more,
});

test('answers with one row each are in balance, and a refusal needs none', () => {
  const refused = exchange({ type: 'refused', status: 503, retryAfter: '1' });
  expect(balance([answered('1'), answered('2'), refused], [row('2'), row('1')])).toEqual({
    ...IN_BALANCE,
    answered: 2,
    refused: 1,
    broken: 0,
    rows: 2,
    interrupted: 0,
  });
});

test('an answer without a row is missing, an id with two rows is doubled, another status contradicts', () => {
  const found = balance([answered('1'), answered('2'), answered('3')], [row('2'), row('2'), row('3', { status: 502 })]);
  expect(found).toMatchObject({ missing: ['1'], doubled: ['2'], contradicted: ['3'], unexplained: [] });
});

test('a row without an answer is explained by one broken exchange of its connection at that time, and by no other', () => {
  expect(balance([broken()], [row('1')])).toMatchObject({ ...IN_BALANCE, interrupted: 1 });
  expect(balance([], [row('1')]).unexplained).toEqual(['1']);
  expect(balance([broken()], [row('1'), row('2')]).unexplained).toEqual(['2']);
  expect(balance([broken()], [row('1', { model: 'b' })]).unexplained).toEqual(['1']);
  expect(balance([broken()], [row('1', { startedAtMs: 111 })]).unexplained).toEqual(['1']);
});

test('a broken exchange whose id the client had seen explains the row of that id alone', () => {
  expect(balance([broken('1')], [row('1')])).toMatchObject({ ...IN_BALANCE, interrupted: 1 });
  expect(balance([broken('1')], [row('2')]).unexplained).toEqual(['2']);
});
