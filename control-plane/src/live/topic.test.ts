import { expect, test, vi } from 'vitest';
import { createTopic, QUEUE_MAX } from './topic.ts';

const unexpected = () => expect.unreachable();

test('each subscription gets all that is published while it lasts, in order', async () => {
  const topic = createTopic<number>();
  topic.publish(0);
  const one = topic.subscribe(unexpected);
  topic.publish(1);
  const other = topic.subscribe(unexpected);
  topic.publish(2);
  expect([await one.next(), await one.next()].map(({ value }) => value)).toEqual([1, 2]);
  expect((await other.next()).value).toBe(2);
});

test('a reader that waits is woken by the next item, and by its own end', async () => {
  const topic = createTopic<number>();
  const items = topic.subscribe(unexpected);
  const first = items.next();
  topic.publish(1);
  expect(await first).toEqual({ done: false, value: 1 });
  const second = items.next();
  await items.return(undefined);
  expect(await second).toEqual({ done: true, value: undefined });
  expect(topic.size()).toBe(0);
});

test('a reader that is too slow is dropped with a reason; the others go on', async () => {
  const topic = createTopic<number>();
  const onOverflow = vi.fn();
  const slow = topic.subscribe(onOverflow);
  const quick = topic.subscribe(unexpected);
  for (let item = 0; item <= QUEUE_MAX; item += 1) {
    topic.publish(item);
    expect((await quick.next()).value).toBe(item);
  }
  expect(onOverflow.mock.calls).toEqual([[expect.stringContaining('too slow')]]);
  expect(await slow.next()).toEqual({ done: true, value: undefined });
  expect(topic.size()).toBe(1);
});
