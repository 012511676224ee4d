import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createDeadlines } from './deadlines.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('one that is not renewed is overdue once, never early, and at most two ticks late', () => {
  const onOverdue = vi.fn();
  createDeadlines().open(onOverdue).set(1_000);
  vi.advanceTimersByTime(999);
  expect(onOverdue).not.toHaveBeenCalled();
  vi.advanceTimersByTime(101);
  expect(onOverdue).toHaveBeenCalledOnce();
  vi.advanceTimersByTime(10_000);
  expect(onOverdue).toHaveBeenCalledOnce();
});

test('one that is renewed starts anew with its own time', () => {
  const onOverdue = vi.fn();
  const deadline = createDeadlines().open(onOverdue);
  deadline.set(500);
  for (let i = 0; i < 10; i += 1) {
    vi.advanceTimersByTime(450);
    deadline.renew();
  }
  expect(onOverdue).not.toHaveBeenCalled();
  vi.advanceTimersByTime(600);
  expect(onOverdue).toHaveBeenCalledOnce();
});

test('a closed one is never overdue, and without any the timer stops', () => {
  const onOverdue = vi.fn();
  const deadline = createDeadlines().open(onOverdue);
  deadline.set(100);
  deadline.close();
  vi.advanceTimersByTime(1_000);
  expect(onOverdue).not.toHaveBeenCalled();
  expect(vi.getTimerCount()).toBe(0);
});
