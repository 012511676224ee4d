import type { ControlLink, QuotaMessage } from '../config/control-link.ts';

/** What a worker can be told about the link. */
export type LinkedWorker = {
  /** As a holder of leases it has the name of its run. */
  readonly bootId: string;
  setConnected(isConnected: boolean): void;
  receive(message: QuotaMessage): void;
};

/** Between the node's one link and the workers that use it. */
export type HolderRoutes<Worker extends LinkedWorker> = {
  /** From now on the worker hears of the link. */
  add(worker: Worker): void;
  remove(worker: Worker): void;
  /** The workers, as holders of leases. */
  holders(): readonly string[];
};

/**
 * An answer goes to the holder that asked, and to nobody if that is gone: whoever asks over a link that may break counts on
 * nothing but answers. A recall names no holder and goes to all.
 */
export function createHolderRoutes<Worker extends LinkedWorker>(
  link: Pick<ControlLink, 'isConnected' | 'onConnect' | 'onDisconnect' | 'onMessage'>,
): HolderRoutes<Worker> {
  const workers = new Map<string, Worker>();
  const tellAll = (isConnected: boolean) => {
    for (const worker of workers.values()) worker.setConnected(isConnected);
  };
  link.onConnect(() => tellAll(true));
  link.onDisconnect(() => tellAll(false));
  link.onMessage((message) => {
    if (message.type === 'grant') return workers.get(message.holder)?.receive(message);
    for (const worker of workers.values()) worker.receive(message);
  });
  return {
    add(worker) {
      workers.set(worker.bootId, worker);
      worker.setConnected(link.isConnected());
    },
    remove: ({ bootId }) => void workers.delete(bootId),
    holders: () => [...workers.keys()],
  };
}
