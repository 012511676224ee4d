import { budgetFallbackPercent, type MidStreamPolicy, type RoutingStrategy } from '@tollgate/schema';
import { Field, Float, Int, ObjectType } from 'type-graphql';
import type { PolicyThen } from '../../explain/explain-request.ts';
import { entityEnumType } from '../entity/entity-types.ts';
import { CountScalar } from '../scalars.ts';

const StrategyEnum = entityEnumType('RoutingStrategy');
const MidStreamEnum = entityEnumType('MidStreamPolicy');

@ObjectType('ExplainedPolicy', {
  description:
    'How the deployments of a model were chosen and called for this request, by what its key, its team and the model said then and the defaults of the rest. Times are in milliseconds.',
})
export class ExplainedPolicyType {
  @Field(() => String, { description: 'The name of the model.' })
  readonly model!: string;
  @Field(() => StrategyEnum, { description: 'How one of an order was chosen.' })
  readonly strategy!: RoutingStrategy;
  @Field(() => String, {
    nullable: true,
    description: 'By what requests stayed together: `header`, `user` or `prompt`; null if by nothing.',
  })
  readonly stickyBy!: string | null;
  @Field(() => Int, { description: 'Attempts after the first within each order.' })
  readonly retries!: number;
  @Field(() => CountScalar, {
    nullable: true,
    description: 'How long the first attempt was alone before another was made beside it; null if always.',
  })
  readonly hedgeAfterMs!: number | null;
  @Field(() => MidStreamEnum, { description: 'What became of a stream whose provider broke off.' })
  readonly midStream!: MidStreamPolicy;
  @Field(() => CountScalar, { description: 'The wait before the first repeat; doubled with each.' })
  readonly backoffInitialMs!: number;
  @Field(() => CountScalar, { description: 'The longest wait.' })
  readonly backoffMaxMs!: number;
  @Field(() => CountScalar, { description: 'The longest wait for a connection.' })
  readonly connectMs!: number;
  @Field(() => CountScalar, {
    description:
      'The longest wait for the first byte of an answer of the kind that was asked for, a stream or a whole.',
  })
  readonly firstTokenMs!: number;
  @Field(() => CountScalar, { description: 'The longest wait between two bytes of it.' })
  readonly idleMs!: number;
  @Field(() => CountScalar, {
    nullable: true,
    description: 'The longest time for all of a request; null is unbounded.',
  })
  readonly totalMs!: number | null;
  @Field(() => Boolean, { description: 'Whether deployments that fail were left alone for a while.' })
  readonly cooldown!: boolean;
  @Field(() => Float, { description: 'The percentage of failed attempts of a minute from which on they were.' })
  readonly cooldownFailurePercent!: number;
  @Field(() => Int, { description: 'From how many attempts in that minute on.' })
  readonly cooldownAttempts!: number;
  @Field(() => CountScalar, { description: 'For how long at first.' })
  readonly cooldownMs!: number;
  @Field(() => CountScalar, { description: 'For how long at most.' })
  readonly cooldownMaxMs!: number;
  @Field(() => [String], { description: 'Models that answered instead when all attempts failed.' })
  readonly fallbacks!: readonly string[];
  @Field(() => [String], { description: 'Models that answered instead what was too long.' })
  readonly contextFallbacks!: readonly string[];
  @Field(() => [String], { description: 'Models that answered instead what the policy of a provider refused.' })
  readonly contentPolicyFallbacks!: readonly string[];
  @Field(() => [String], { description: 'Cheaper models that answered instead when a budget was spent or nearly so.' })
  readonly budgetFallbacks!: readonly string[];
  @Field(() => Float, { nullable: true, description: 'From how many percent of it on; null without such models.' })
  readonly budgetFallbackAtPercent!: number | null;
  @Field(() => [String], {
    nullable: true,
    description:
      'Which of `strategy`, `retries`, `connectMs`, `firstTokenMs`, `idleMs` and `totalMs` the key said in place of the model; null if the history does not have the key, or who asks may not read it, and then they are told without it.',
  })
  readonly fromKey!: readonly string[] | null;
  @Field(() => [String], {
    nullable: true,
    description: 'The same of the team of the key, for what the key did not say.',
  })
  readonly fromTeam!: readonly string[] | null;
}

export function toExplainedPolicy({ name, model, routing, own }: PolicyThen, isStream: boolean): ExplainedPolicyType {
  const { cooldown, backoff, retries, hedgeAfterMs, midStream, totalMs, streamTimeouts, wholeTimeouts } = routing;
  return {
    model: name,
    strategy: routing.strategy,
    stickyBy: model.routing?.sticky?.by ?? null,
    retries,
    hedgeAfterMs: hedgeAfterMs ?? null,
    midStream,
    backoffInitialMs: backoff.initialMs,
    backoffMaxMs: backoff.maxMs,
    ...(isStream ? streamTimeouts : wholeTimeouts),
    totalMs: totalMs ?? null,
    cooldown: cooldown.isOn,
    cooldownFailurePercent: cooldown.failureShare * 100,
    cooldownAttempts: cooldown.attemptsMin,
    cooldownMs: cooldown.timeMs,
    cooldownMaxMs: cooldown.timeMsMax,
    fallbacks: model.fallbacks ?? [],
    contextFallbacks: model.contextFallbacks ?? [],
    contentPolicyFallbacks: model.contentPolicyFallbacks ?? [],
    budgetFallbacks: model.budgetFallbacks ?? [],
    budgetFallbackAtPercent: (model.budgetFallbacks && budgetFallbackPercent(model)) ?? null,
    fromKey: own.fromKey,
    fromTeam: own.fromTeam,
  };
}
