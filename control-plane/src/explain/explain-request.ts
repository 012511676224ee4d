import { type EffectiveRouting, effectiveRouting, type ModelConfig, type UsageRecord } from '@tollgate/schema';
import { type Attempt, attemptsOf, servedModelOf } from './attempts.ts';
import { type ChargedQuota, chargedQuotas } from './charged-quotas.ts';
import type { ConfigurationThen } from './configuration-then.ts';
import { type Considered, considered } from './considered.ts';
import { type OwnPolicyThen, ownPolicyThen } from './own-policy.ts';
import { summarize } from './summary.ts';

/** How a model's deployments were chosen and called for a request at its revision. */
export type PolicyThen = {
  readonly name: string;
  readonly model: ModelConfig;
  readonly routing: EffectiveRouting;
  readonly own: OwnPolicyThen;
};

export type Explanation = {
  readonly summary: string;
  readonly record: UsageRecord;
  readonly then: ConfigurationThen;
  /** Of the model that was asked for, and of each whose deployments were called, in turn, as far as they are known. */
  readonly policies: readonly PolicyThen[];
  readonly attempts: readonly { readonly attempt: Attempt; readonly considered: readonly Considered[] }[];
  readonly quotas: readonly ChargedQuota[];
};

/** Puts a request's record beside what the configuration said then. Pure. */
export function explainRequest(record: UsageRecord, then: ConfigurationThen): Explanation {
  const attempts = attemptsOf(record).map((attempt) => ({
    attempt,
    considered: considered(attempt, record.tags, then.models.get(attempt.servedModel)),
  }));
  const quotas = chargedQuotas(record, then.quotas);
  const names = new Set([servedModelOf(record, record.model), ...attempts.map(({ attempt }) => attempt.servedModel)]);
  const own = ownPolicyThen(record, then);
  const policies = [...names].flatMap((name): readonly PolicyThen[] => {
    const model = then.models.get(name);
    return model === undefined ? [] : [{ name, model, routing: effectiveRouting(model, own.policy), own }];
  });
  return { summary: summarize(record, attempts, quotas), record, then, policies, attempts, quotas };
}
