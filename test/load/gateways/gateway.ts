/** What the benchmark needs to know of a candidate that runs on this machine. */
export interface Gateway {
  readonly name: string;
  /** Base URL as an OpenAI SDK takes it, for example `http://127.0.0.1:4000/v1`. */
  readonly url: string;
  /** The model to ask for, which leads to the stub provider. */
  readonly model: string;
  readonly apiKey: string;
  /** The processes whose CPU time and memory are measured, now; its main one first. */
  pids(): readonly [number, ...number[]];
}

/** A gateway that the benchmark started and ends. */
export interface RunningGateway extends Gateway {
  stop(): Promise<void>;
}

export interface GatewayContext {
  /** The stub provider that the gateway has to stand in front of; it accepts any key and any model. */
  readonly upstream: Gateway;
  /** A folder for configuration and data of this gateway only; removed at the end. */
  readonly folder: string;
  /** Arguments for `node` itself, such as `--cpu-prof`; gateways that are not Node processes ignore them. */
  readonly nodeArguments: readonly string[];
  /** More environment for Tollgate; the others do not read it. */
  readonly tollgateEnv?: Readonly<Record<string, string>>;
}

/** Resolves once the gateway answers requests; rejects with a message that says what is missing. */
export type StartGateway = (context: GatewayContext) => Promise<RunningGateway>;

export const GATEWAY_NAMES = ['direct', 'nginx', 'tollgate', 'quotas'] as const;
export type GatewayName = (typeof GATEWAY_NAMES)[number];
