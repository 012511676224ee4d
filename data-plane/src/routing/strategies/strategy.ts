import type { RoutingStrategy } from '@tollgate/schema';
import type { ChatRequest } from '../../chat/chat-request.ts';
import type { Deployment } from '../route.ts';

/** Headers of a request that routes look at, by name in lower case. */
export type RoutingHeaders = Readonly<Record<string, string>>;

/** What of a request a choice may rest on. */
export type RoutingRequest = {
  readonly chat: ChatRequest;
  /** The model that was asked for, with aliases resolved. */
  readonly requested: string;
  /** Undefined if no route looks at any. */
  readonly headers: RoutingHeaders | undefined;
};

/**
 * A way to choose among candidates, of which there is at least one. Pure: what was seen of a candidate stands in its `state`; `random` is in
 * [0, 1), and `nowMs` on a clock that never goes back.
 */
export type Choose = (
  candidates: readonly Deployment[],
  request: RoutingRequest,
  random: number,
  nowMs: number,
) => Deployment;

export type Strategy = {
  readonly name: RoutingStrategy;
  readonly choose: Choose;
  /** Notes a choice in the candidates' states, where that is what the next one rests on. */
  readonly note?: (candidates: readonly Deployment[], chosen: Deployment) => void;
  /** What it compares of a candidate, to be told of a choice afterwards; see `RoutingChoice`. Null if it knows nothing. */
  readonly figureOf?: (candidate: Deployment, request: RoutingRequest, nowMs: number) => number | null;
  /** Whether the request belongs together with others, and is chosen for by that. */
  readonly isBound?: (request: RoutingRequest) => boolean;
  /** What the states of its deployments have to learn of each attempt besides what all do. */
  readonly learns: 'nothing' | 'latency' | 'usage';
};
