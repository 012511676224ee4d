import type { LeaseMessage } from '@tollgate/schema';
import type { ControlLink, QuotaMessage } from '../config/control-link.ts';
import { createLinkListeners } from '../config/link-listeners.ts';

/** A worker's way to the quota authority: through its supervisor, which has the node's one link. */
export type RelayedLink = {
  readonly link: ControlLink;
  /** Takes what the supervisor says of the link. */
  setConnected(isConnected: boolean): void;
  receive(message: QuotaMessage): void;
};

export function createRelayedLink(toSupervisor: (message: LeaseMessage) => boolean): RelayedLink {
  const listeners = createLinkListeners();
  let isConnected = false;
  return {
    link: {
      send: (message) => isConnected && toSupervisor(message),
      isConnected: () => isConnected,
      ...listeners.hear,
    },
    setConnected(next) {
      if (next === isConnected) return;
      isConnected = next;
      if (next) listeners.connected();
      else listeners.disconnected();
    },
    receive: listeners.message,
  };
}
