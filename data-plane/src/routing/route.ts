import type { MockBehaviour, ProviderRow } from '@tollgate/schema';

/** A deployment ready to be called: everything that does not change from one request to the next. */
export type Deployment = {
  readonly name: string;
  readonly weight: number;
  readonly providerName: string;
  readonly row: ProviderRow;
  /** The provider's own name of the model; `*` in a wildcard model. */
  readonly upstreamModel: string;
  readonly origin: string;
  readonly path: string;
  /** Names and values in turn; hold the provider's credential and never leave the upstream client. */
  readonly headers: readonly string[];
  /** The credential as it may turn up in what the provider answers; to be masked there. */
  readonly credential: string | undefined;
  readonly mock: MockBehaviour | undefined;
};

/** Where requests for one public model can go. */
export type Route = {
  /** The model's name in the configuration, such as `gpt-4.1` or `openai/*`. */
  readonly name: string;
  /** The longest wait for the provider's first byte, and between two of its bytes. */
  readonly timeoutMs: number;
  readonly deployments: readonly Deployment[];
  readonly totalWeight: number;
};
