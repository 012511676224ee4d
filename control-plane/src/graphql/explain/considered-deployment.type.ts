import { Field, Float, ObjectType } from 'type-graphql';
import type { Considered } from '../../explain/considered.ts';
import { sayNotChosen } from '../../explain/words.ts';
import { CountScalar } from '../scalars.ts';

@ObjectType('ConsideredDeployment', { description: 'A deployment that an attempt could have gone to.' })
export class ConsideredDeploymentType {
  @Field(() => String, { description: 'The model whose deployment it is.' })
  readonly model!: string;
  @Field(() => String, { nullable: true, description: 'Its name; null if all of the model are meant.' })
  readonly deployment!: string | null;
  @Field(() => Boolean, { description: 'Whether the attempt went to it.' })
  readonly chosen!: boolean;
  @Field(() => String, {
    nullable: true,
    description:
      'Why the attempt did not go to it: `not_preferred` (the strategy chose another candidate), `cooling`, `probing`, `called`, ' +
      '`asked_to_wait`, `cannot_say`, `not_allowed`, `too_small`, `nearly_spent`, `no_room`, `no_price`, `dearer`, `out_of_rotation`, `other_tags`, `later_order`, `earlier_order` or `unrecorded`. ' +
      'Of the chosen one why it was left alone, if it was called for lack of another.',
  })
  readonly reason!: string | null;
  @Field(() => String, { nullable: true, description: 'The same in words.' })
  readonly explanation!: string | null;
  @Field(() => CountScalar, {
    nullable: true,
    description: 'For how many milliseconds it was still to be left alone then.',
  })
  readonly coolingForMs!: number | null;
  @Field(() => Float, { nullable: true, description: 'What the strategy compared, in `figureUnit` of the attempt.' })
  readonly figure!: number | null;
}

export const toConsideredType = (considered: Considered): ConsideredDeploymentType => ({
  model: considered.model,
  deployment: considered.deployment,
  chosen: considered.isChosen,
  reason: considered.reason,
  explanation: considered.reason === null ? null : sayNotChosen(considered.reason),
  coolingForMs: considered.forMs,
  figure: considered.figure,
});
