import type { GatewayError } from '@tollgate/schema';
import type { ChatRequest } from '../chat/chat-request.ts';
import type { Deployment, Timeouts } from '../routing/route.ts';

export type UpstreamRequest = {
  readonly requestId: string;
  readonly deployment: Deployment;
  readonly chat: ChatRequest;
  readonly body: Buffer;
  readonly timeouts: Timeouts;
};

/** What comes back, in this order: one head, any number of data, then one end or failure. Nothing comes after `cancel`. */
export type UpstreamHandlers = {
  onHead(status: number, header: (name: string) => string): void;
  /** The chunk is lent until this returns; whoever keeps it copies it. */
  onData(chunk: Buffer): void;
  onEnd(): void;
  onFailure(error: GatewayError): void;
};

export type UpstreamCall = {
  /** Drops the call and closes its connection. */
  cancel(): void;
  pause(): void;
  resume(): void;
};

/** Calls providers: over HTTP, or the built-in mock. */
export type Upstream = {
  dispatch(request: UpstreamRequest, handlers: UpstreamHandlers): UpstreamCall;
  close(): Promise<void>;
};
