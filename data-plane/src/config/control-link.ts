import { z } from 'zod';

/**
 * What travels over the node's link beside the configuration, such as leases of quotas. The link looks only at who is
 * meant: `holder` names one process of the node; what has none is for all of them. Whoever sends or receives such a
 * message knows the rest of its form.
 */
export const passedMessage = z.looseObject({ type: z.string(), holder: z.string().max(128).optional() });
export type PassedMessage = { readonly type: string; readonly holder?: string | undefined };

/**
 * A process's way to the control plane: the node's link itself, or under a supervisor the channel to it. Nothing is kept
 * for later: what is sent while the link is down is lost, and said to be.
 */
export type ControlLink = {
  /** @returns false if the link is down, so that the message was not sent */
  send(message: PassedMessage): boolean;
  /** Called with what the control plane sends to this process, in its order, also while a configuration is being read. */
  onMessage(listener: (message: PassedMessage) => void): void;
  isConnected(): boolean;
  /** Called each time the link is up and the node has said who it is. */
  onConnect(listener: () => void): void;
  onDisconnect(listener: () => void): void;
};
