import type { GrantMessage, HoldersMessage, LeaseMessage, RecallMessage, ShippedMessage } from '@tollgate/schema';

/** What the quota authority says to a process of the node. */
export type QuotaMessage = GrantMessage | RecallMessage;

/** What a node says of the runs of its processes. */
export type RunsMessage = HoldersMessage | ShippedMessage;

/**
 * A process's way to the quota authority: the node's link itself, or under a supervisor the channel to it. Nothing is kept for
 * later: what is sent while the link is down is lost, and said to be.
 */
export type ControlLink = {
  /** @returns false if the link is down, so that the message was not sent */
  send(message: LeaseMessage): boolean;
  /** Called with what the control plane sends to this process, in its order, also while a configuration is being read. */
  onMessage(listener: (message: QuotaMessage) => void): void;
  isConnected(): boolean;
  /** Called each time the link is up and the node has said who it is. */
  onConnect(listener: () => void): void;
  onDisconnect(listener: () => void): void;
};
