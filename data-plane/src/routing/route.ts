import type {
  CallerPolicy,
  EffectiveRouting,
  MockBehaviour,
  ModelConfig,
  ProviderRow,
  Tokenizer,
} from '@tollgate/schema';
import type { WindowOf } from './context-window.ts';
import type { DeploymentState } from './deployment-state.ts';
import type { Strategy } from './strategies/strategy.ts';

export type { CallTimeouts as Timeouts } from '@tollgate/schema';

/** A deployment ready to be called: everything that does not change from one request to the next. */
export type Deployment = {
  readonly name: string;
  readonly weight: number;
  /** Only requests with one of these are served by it; all if it has none. */
  readonly tags: readonly string[];
  /** Requests and tokens that it takes in a minute. */
  readonly rpm: number | undefined;
  readonly tpm: number | undefined;
  /** Tokens that a request may have, as it was declared. */
  readonly contextTokens: number | undefined;
  /** By what its requests' tokens are counted; undefined if they are estimated. */
  readonly tokenizer: Tokenizer | undefined;
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
  /** What this node has seen of it; outlives a revision that leaves it as it was. */
  readonly state: DeploymentState;
};

/** Deployments of the same order, each with a weight above 0; there is at least one. */
export type Tier = { readonly deployments: readonly Deployment[] };

/** How the deployments of a route are chosen and called. */
export type RoutePolicy = Omit<EffectiveRouting, 'strategy'> & { readonly strategy: Strategy };

/** Where requests for one public model can go. */
export type Route = RoutePolicy & {
  /** The model's name in the configuration, such as `gpt-4.1` or `openai/*`. */
  readonly name: string;
  /** How long its model says that calls may take, whatever holds for whoever asks. */
  readonly patience: Pick<RoutePolicy, 'wholeTimeouts' | 'streamTimeouts' | 'totalMs'>;
  /** The same model's policy for whoever says something of it in place of the model. */
  policyFor(own: CallerPolicy): RoutePolicy;
  /** All tags of its deployments and of its fallbacks'. */
  readonly tags: ReadonlySet<string>;
  /** In the order in which they are called. */
  readonly tiers: readonly [Tier, ...Tier[]];
  readonly windowOf: WindowOf;
  /** The smallest window of its deployments and of its fallbacks', in tokens; infinite if none is known. */
  readonly smallestWindow: number;
  /** By what its deployments and its fallbacks' ask for requests' tokens to be counted. */
  readonly tokenizers: ReadonlySet<Tokenizer>;
  /** The routes that step in for this one, each behind those that it steps in for; none twice, and not this one. */
  readonly fallbacks: readonly Route[];
  /** The same for what its providers say is too long for them, and for what their policy refuses. */
  readonly contextFallbacks: readonly Route[];
  readonly contentPolicyFallbacks: readonly Route[];
  /** Which model gets copies of how many percent of the requests; undefined if none does. */
  readonly mirror: ModelConfig['mirror'];
  /** Cheaper ones, for when a budget is spent or nearly so. */
  readonly budgetFallbacks: readonly Route[];
  /** From which share of a budget on they answer; undefined if there are none. */
  readonly budgetFallbackAt: number | undefined;
};
