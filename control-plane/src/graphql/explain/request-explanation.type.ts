import { Field, ObjectType } from 'type-graphql';
import type { Explanation } from '../../explain/explain-request.ts';
import { DateTimeScalar, RevisionScalar } from '../scalars.ts';
import { RequestType, toRequestType } from '../usage/request.type.ts';
import { ExplainedAttemptType, toExplainedAttempt } from './explained-attempt.type.ts';
import { ExplainedKeyType, toExplainedKey } from './explained-key.type.ts';
import { ExplainedPolicyType, toExplainedPolicy } from './explained-policy.type.ts';
import { ExplainedQuotaType, toExplainedQuota } from './explained-quota.type.ts';

@ObjectType('RequestExplanation', {
  description: 'Why a request went as it did: its record beside what the configuration said at its revision.',
})
export class RequestExplanationType {
  @Field(() => String, { description: 'What became of it, in plain sentences.' })
  readonly summary!: string;
  @Field(() => RequestType, { description: 'Its record.' })
  readonly request!: RequestType;
  @Field(() => RevisionScalar, { description: 'The revision that it was answered under.' })
  readonly revision!: number;
  @Field(() => DateTimeScalar, {
    nullable: true,
    description:
      'When that was committed; null if the history does not have it, or a token is not for reading the configuration, and then nothing of it is told.',
  })
  readonly revisionCommittedAt!: Date | null;
  @Field(() => ExplainedKeyType, {
    nullable: true,
    description: 'The key as it stood then; null if who asks may not read it.',
  })
  readonly key!: ExplainedKeyType | null;
  @Field(() => [ExplainedPolicyType], {
    description: 'The policy of the model that was asked for, and of each whose deployments were called, in turn.',
  })
  readonly policies!: readonly ExplainedPolicyType[];
  @Field(() => [ExplainedQuotaType], { description: 'The quotas that counted it.' })
  readonly quotas!: readonly ExplainedQuotaType[];
  @Field(() => [ExplainedAttemptType], { description: 'All calls to providers that it took, in turn.' })
  readonly attempts!: readonly ExplainedAttemptType[];
}

export function toRequestExplanation(explanation: Explanation): RequestExplanationType {
  const { summary, record, then, policies, quotas, attempts } = explanation;
  return {
    summary,
    request: toRequestType(record),
    revision: record.revision,
    revisionCommittedAt: then.committedAt ?? null,
    key: then.key === undefined ? null : toExplainedKey(then.key),
    policies: policies.map((policy) => toExplainedPolicy(policy, record.stream)),
    quotas: quotas.map(toExplainedQuota),
    attempts: attempts.map(toExplainedAttempt),
  };
}
