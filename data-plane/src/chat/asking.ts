import type { Caller } from '../admission/authorize.ts';
import type { ClientResponse } from '../http/client-response.ts';
import type { Admitted } from './admit.ts';
import type { ChatRequest } from './chat-request.ts';

/** A request that may be made, before its quotas have let it through. */
export type Asking = {
  readonly caller: Caller;
  readonly chat: ChatRequest;
  /** For whom the client says in a header that it asks; empty if it does not. */
  readonly customer: string;
  readonly admitted: Admitted;
  /** On the clock of `nowUs`. */
  readonly arrivedUs: number;
  /** The instant whose prices hold, in milliseconds since 1970. */
  readonly startedAtMs: number;
  readonly response: ClientResponse;
  /** Whether it may be answered by this model. */
  readonly mayUse: (model: string) => boolean;
  /** The id of the exchange of which it is a copy. */
  readonly mirrorOf: string | undefined;
  /** Called when nothing of it is left. */
  readonly onOver: () => void;
};
