import { Field, ID, ObjectType } from 'type-graphql';
import type { SealingKeyUse } from '../../secrets/sealing-keys.ts';
import { CountScalar } from '../scalars.ts';

@ObjectType('SealingKey', {
  description: 'A key of the environment that data keys are wrapped with; they seal secrets and personal data.',
})
export class SealingKeyType {
  @Field(() => ID, { description: 'Follows from the key and says nothing of it; eight hexadecimal digits.' })
  readonly keyId!: string;
  @Field(() => Boolean, { description: 'Whether it is the current one of the replica that answers.' })
  readonly isCurrent!: boolean;
  @Field(() => Boolean, { description: 'Whether the replica that answers has it, as the current or a previous one.' })
  readonly isAccepted!: boolean;
  @Field(() => CountScalar, { description: 'How many data keys are wrapped with it, perhaps with another too.' })
  readonly dataKeys!: number;
  @Field(() => CountScalar, { description: 'How many of them are not wrapped with the current sealing key.' })
  readonly onlyDataKeys!: number;
  @Field(() => Boolean, {
    description:
      'Whether it can be taken out of the environments of all processes. Looked at are the replicas, the nodes of the last day, and analytics; of several behind one address, the one that answers.',
  })
  readonly isRemovable!: boolean;
  @Field(() => [String], { description: 'Why it cannot be taken out yet.' })
  readonly blockers!: readonly string[];
}

@ObjectType('RewrapResult', { description: 'What came of wrapping some data keys with the current sealing key.' })
export class RewrapResultType {
  @Field(() => CountScalar, { description: 'How many were wrapped anew; the others were so already.' })
  readonly rewrapped!: number;
  @Field(() => CountScalar, { description: 'How many were looked at.' })
  readonly checked!: number;
  @Field(() => CountScalar, { description: 'How many there are in all.' })
  readonly total!: number;
  @Field(() => [String], {
    description: 'Entities whose data key opens with no accepted sealing key; it was left as it is.',
  })
  readonly unopened!: readonly string[];
  @Field(() => ID, { nullable: true, description: 'Where to go on; null if all were looked at.' })
  readonly next!: string | null;
}

export const toSealingKeyType = (use: SealingKeyUse, blockers: readonly string[]): SealingKeyType => ({
  ...use,
  blockers,
  isRemovable: blockers.length === 0,
});
