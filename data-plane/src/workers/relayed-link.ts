import type { LeaseMessage } from '@tollgate/schema';
import type { ControlLink, QuotaMessage } from '../config/control-link.ts';

/** A worker's way to the quota authority: through its supervisor, which has the node's one link. */
export type RelayedLink = {
  readonly link: ControlLink;
  /** Takes what the supervisor says of the link. */
  setConnected(isConnected: boolean): void;
  receive(message: QuotaMessage): void;
};

export function createRelayedLink(toSupervisor: (message: LeaseMessage) => boolean): RelayedLink {
  const messageListeners: ((message: QuotaMessage) => void)[] = [];
  const connectListeners: (() => void)[] = [];
  const disconnectListeners: (() => void)[] = [];
  let isConnected = false;
  return {
    link: {
      send: (message) => isConnected && toSupervisor(message),
      onMessage: (listener) => void messageListeners.push(listener),
      isConnected: () => isConnected,
      onConnect: (listener) => void connectListeners.push(listener),
      onDisconnect: (listener) => void disconnectListeners.push(listener),
    },
    setConnected(next) {
      if (next === isConnected) return;
      isConnected = next;
      for (const listener of next ? connectListeners : disconnectListeners) listener();
    },
    receive(message) {
      for (const listener of messageListeners) listener(message);
    },
  };
}
