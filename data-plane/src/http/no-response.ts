import type { ClientResponse } from './client-response.ts';

/** The response of a request that no client waits for: takes all as fast as it comes, and drops it. */
export const NO_RESPONSE: ClientResponse = Object.freeze({
  isGone: () => false,
  onGone() {},
  send() {},
  startStream() {},
  write: () => true,
  onDrain() {},
  end() {},
});
