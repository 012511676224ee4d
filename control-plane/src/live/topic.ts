/** Hands what is published to all who subscribed; each has a queue of its own. */
export type Topic<Item> = {
  publish(item: Item): void;
  /** `onOverflow` is told once why the subscription ended if its reader is too slow. */
  subscribe(onOverflow: (reason: string) => void): AsyncGenerator<Item, undefined>;
  /** How many subscriptions there are. */
  size(): number;
};

/** Items that may wait for one reader. The next one ends its subscription and drops what waited. */
export const QUEUE_MAX = 1_000;

type Queue<Item> = { push(item: Item): void; readonly items: AsyncGenerator<Item, undefined> };

export function createTopic<Item>(): Topic<Item> {
  const queues = new Set<Queue<Item>>();
  return {
    publish(item) {
      for (const queue of [...queues]) queue.push(item);
    },
    subscribe(onOverflow) {
      const queue = createQueue<Item>(onOverflow, () => queues.delete(queue));
      queues.add(queue);
      return queue.items;
    },
    size: () => queues.size,
  };
}

/** Not a generator function: its `return` would wait for the item that the reader waits for. */
function createQueue<Item>(onOverflow: (reason: string) => void, onEnd: () => void): Queue<Item> {
  const waiting: Item[] = [];
  let isOver = false;
  let wake: (() => void) | undefined;

  function end(): void {
    isOver = true;
    waiting.length = 0;
    onEnd();
    wake?.();
  }

  const items: AsyncGenerator<Item, undefined> = {
    async next() {
      while (waiting.length === 0 && !isOver) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      const item = waiting.shift();
      return item === undefined ? { done: true, value: undefined } : { done: false, value: item };
    },
    async return() {
      end();
      return { done: true, value: undefined };
    },
    async throw(error) {
      end();
      throw error;
    },
    [Symbol.asyncIterator]: () => items,
  };

  return {
    items,
    push(item) {
      if (waiting.length >= QUEUE_MAX) {
        end();
        onOverflow(`too slow: ${QUEUE_MAX} items were waiting to be read`);
        return;
      }
      waiting.push(item);
      wake?.();
    },
  };
}
