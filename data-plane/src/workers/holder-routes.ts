import type { ControlLink, PassedMessage } from '../config/control-link.ts';

/** What a worker can be told about the link. */
export type LinkedWorker = {
  setConnected(isConnected: boolean): void;
  receive(message: PassedMessage): void;
};

/** Between the node's one link and the workers that use it. */
export type HolderRoutes<Worker extends LinkedWorker> = {
  /** From now on the worker hears of the link. */
  add(worker: Worker): void;
  remove(worker: Worker): void;
  /** Passes on what a worker says. A holder that it speaks for is its own from then on. */
  send(worker: Worker, message: PassedMessage): void;
};

/**
 * A message for a holder goes to the worker that last spoke for it, and to none if that is gone: whoever asks over a link
 * that may break counts on nothing but answers. One that names no holder goes to all.
 */
export function createHolderRoutes<Worker extends LinkedWorker>(link: ControlLink): HolderRoutes<Worker> {
  const workers = new Set<Worker>();
  const byHolder = new Map<string, Worker>();
  const tellAll = (isConnected: boolean) => {
    for (const worker of workers) worker.setConnected(isConnected);
  };
  link.onConnect(() => tellAll(true));
  link.onDisconnect(() => tellAll(false));
  link.onMessage((message) => {
    if (message.holder !== undefined) return byHolder.get(message.holder)?.receive(message);
    for (const worker of workers) worker.receive(message);
  });
  return {
    add(worker) {
      workers.add(worker);
      worker.setConnected(link.isConnected());
    },
    remove(worker) {
      workers.delete(worker);
      for (const [holder, speaker] of byHolder) if (speaker === worker) byHolder.delete(holder);
    },
    send(worker, message) {
      if (message.holder !== undefined) byHolder.set(message.holder, worker);
      link.send(message);
    },
  };
}
