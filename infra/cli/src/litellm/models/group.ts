import type { RoutingStrategy } from '@tollgate/schema';
import type { VerdictTable } from '../report/verdict-table.ts';
import type { Fields } from '../source/config-node.ts';
import type { ModelEntry } from './model-entries.ts';
import type { Target } from './target.ts';

/** An item of `model_list` that becomes a deployment. */
export type Candidate = {
  readonly entry: ModelEntry;
  /** Its parameters, with those of the credential that it names. */
  readonly params: Fields;
  readonly target: Extract<Target, { ok: true }>;
};

/** All items of one public name. */
export type ModelGroup = {
  readonly name: string;
  /** Also those that are left out: LiteLLM looks at the first of all to decide what it weighs by. */
  readonly entries: readonly ModelEntry[];
  readonly candidates: readonly Candidate[];
};

/** What one matter, such as weights, adds to the model of a group, and what it says of the parameters that it read. */
export type Aspect = {
  readonly model?: { readonly routing?: Readonly<Record<string, unknown>> } & Readonly<Record<string, unknown>>;
  /** For each candidate. */
  readonly deployments?: readonly Readonly<Record<string, unknown>>[];
  /** For each candidate. */
  readonly verdicts: readonly VerdictTable[];
};

/** What holds for all groups. */
export type RoutingSettings = {
  /** `timeout` of the router, else `request_timeout`; seconds. */
  readonly timeoutSeconds: number | undefined;
  /** Whether LiteLLM refuses more than `rpm` and `tpm`, and does not only weigh by them. */
  readonly enforcesRates: boolean;
  readonly strategy: RoutingStrategy;
  readonly policy: RoutingPolicy;
};

/** What follows a failure, as `routing` of a model says it. */
export type RoutingPolicy = {
  readonly retries?: number;
  readonly cooldown?: { readonly enabled?: false | undefined; readonly attempts?: number; readonly time?: string };
};
