import type { ControlLink, QuotaMessage } from './control-link.ts';

/** Who wants to hear of a link, and what they are told; each in the order in which they came. */
export type LinkListeners = {
  readonly hear: Pick<ControlLink, 'onMessage' | 'onConnect' | 'onDisconnect'>;
  message(message: QuotaMessage): void;
  connected(): void;
  disconnected(): void;
};

export function createLinkListeners(): LinkListeners {
  const onMessage: ((message: QuotaMessage) => void)[] = [];
  const onConnect: (() => void)[] = [];
  const onDisconnect: (() => void)[] = [];
  return {
    hear: {
      onMessage: (listener) => void onMessage.push(listener),
      onConnect: (listener) => void onConnect.push(listener),
      onDisconnect: (listener) => void onDisconnect.push(listener),
    },
    message(message) {
      for (const listener of onMessage) listener(message);
    },
    connected() {
      for (const listener of onConnect) listener();
    },
    disconnected() {
      for (const listener of onDisconnect) listener();
    },
  };
}
