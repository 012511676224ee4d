import { Field, Int, ObjectType } from 'type-graphql';
import type { Explanation } from '../../explain/explain-request.ts';
import { figureUnitOf } from '../../explain/words.ts';
import { CountScalar } from '../scalars.ts';
import { AttemptFields, toAttemptFields } from '../usage/request-attempt.type.ts';
import { ConsideredDeploymentType, toConsideredType } from './considered-deployment.type.ts';

@ObjectType('ExplainedAttempt', { description: 'A call to a provider, and how its deployment was chosen.' })
export class ExplainedAttemptType extends AttemptFields {
  @Field(() => Int, { description: 'Counts from 1.' })
  readonly number!: number;
  @Field(() => String, { description: 'The model of the configuration whose deployment was called.' })
  readonly servedModel!: string;
  @Field(() => CountScalar, {
    nullable: true,
    description: 'Microseconds from the arrival of the request to this call; null of one that is the only one.',
  })
  readonly startedUs!: number | null;
  @Field(() => CountScalar, { description: 'Microseconds since the attempt before it ended, its backoff included.' })
  readonly waitedUs!: number;
  @Field(() => String, {
    nullable: true,
    description:
      'How its deployment was chosen: by the strategy of this name, `sticky`, or as the `only` one that was left; null if there was nothing to choose.',
  })
  readonly chosenBy!: string | null;
  @Field(() => String, { nullable: true, description: 'What the figures are that the strategy compared.' })
  readonly figureUnit!: string | null;
  @Field(() => [ConsideredDeploymentType], {
    description:
      'The deployments that it could have gone to, the chosen one first; those that follow from the configuration only if who asks may read it.',
  })
  readonly considered!: readonly ConsideredDeploymentType[];
  @Field(() => Int, { description: 'How many further ones were considered that the record does not list.' })
  readonly notListed!: number;
}

export const toExplainedAttempt = ({ attempt, considered }: Explanation['attempts'][number]): ExplainedAttemptType => ({
  ...toAttemptFields(attempt),
  number: attempt.number,
  servedModel: attempt.servedModel,
  startedUs: attempt.startedUs,
  waitedUs: attempt.waitedUs,
  chosenBy: attempt.choice?.by ?? null,
  figureUnit: figureUnitOf(attempt.choice?.by ?? '') ?? null,
  considered: considered.map(toConsideredType),
  notListed: attempt.choice?.omitted ?? 0,
});
