import type { FromWorker, ToWorker } from './messages.ts';

/** A worker's end of the channel to its supervisor. */
export type SupervisorChannel = {
  /** @returns false if the supervisor is gone */
  send(message: FromWorker): boolean;
  /** Resolves once what was sent before is on its way. */
  flushed(message: FromWorker): Promise<void>;
  /** Called with each message, those among them that came earlier. A listening socket comes as a handle. */
  onMessage(listener: (message: ToWorker, handle: unknown) => void): void;
};

/** @throws Error if this process was not started by a supervisor */
export function openSupervisorChannel(): SupervisorChannel {
  if (process.send === undefined) throw new Error('a worker is started by its supervisor');
  const early: [ToWorker, unknown][] = [];
  let listener = (message: ToWorker, handle: unknown): void => void early.push([message, handle]);
  process.on('message', (message, handle) => listener(message as ToWorker, handle));
  return {
    send(message) {
      // What is sent while much waits in the channel is sent all the same, though Node says false then.
      if (process.connected) process.send?.(message);
      return process.connected;
    },
    flushed: (message) =>
      new Promise((resolve) => {
        if (!process.connected) return resolve();
        process.send?.(message, undefined, {}, () => resolve());
      }),
    onMessage(added) {
      listener = added;
      for (const [message, handle] of early.splice(0)) added(message, handle);
    },
  };
}
