import { type ChangeProblem, changeProblemCodes, type EntityKind } from '@tollgate/schema';
import { Field, ID, Int, ObjectType } from 'type-graphql';
import type { ApprovalsNeeded } from '../../approval-rule/approvals-needed.ts';
import type { ReviewedPlan } from '../../change-set/carry-out.ts';
import type { NamedInVain } from '../../effects/read-named-in-vain.ts';
import { EntityKindEnum } from '../enums.ts';
import { PropagationType } from '../fleet/propagation.type.ts';
import { RevisionScalar } from '../scalars.ts';
import { ChangeSetEffectsType, toEffectsType } from './effects.type.ts';
import { ChangeSinceType } from './field-change.type.ts';
import { PlanEntryType } from './plan-entry.type.ts';

@ObjectType('ChangeProblem', { description: 'Why a change set was refused; all problems are given at once.' })
export class ChangeProblemType {
  @Field(() => String, { description: `A stable code: ${changeProblemCodes.join(', ')}.` })
  readonly code!: string;
  @Field(() => String, { description: 'What is wrong, and what would be right.' })
  readonly message!: string;
  @Field(() => EntityKindEnum, {
    nullable: true,
    description: 'The kind of the entity; null if the whole set is meant.',
  })
  readonly kind!: EntityKind | null;
  @Field(() => String, { nullable: true, description: 'The name of the entity.' })
  readonly name!: string | null;
  @Field(() => String, { nullable: true, description: 'The path within what was declared.' })
  readonly path!: string | null;
  @Field(() => ChangeSinceType, {
    nullable: true,
    description: 'Who changed what since, if the change set was decided on a state that is no longer.',
  })
  readonly since!: ChangeSinceType | null;
}

@ObjectType()
abstract class ChangeSetFields {
  @Field(() => RevisionScalar, { description: 'The revision that the plan holds for.' })
  readonly revision!: number;
  @Field(() => [PlanEntryType], { description: 'What happens to each entity.' })
  readonly entries!: readonly PlanEntryType[];
  @Field(() => [ChangeProblemType], { description: 'Why it would be refused; empty if it would not.' })
  readonly problems!: readonly ChangeProblemType[];
}

@ObjectType('ApprovalsNeeded', { description: 'What others than who proposes a change set have to approve.' })
class ApprovalsNeededType implements ApprovalsNeeded {
  @Field(() => Int, { description: 'How many have to approve; 0 if no rule asks for any.' })
  readonly count!: number;
  @Field(() => [String], { description: 'The names of the approval rules that ask for it, of those that you may see.' })
  readonly rules!: readonly string[];
}

@ObjectType('NamedInVain', {
  description: 'An entity that names models which would not be there. That is allowed, as they may come later.',
})
class NamedInVainType implements NamedInVain {
  @Field(() => EntityKindEnum, { description: 'Its kind.' })
  readonly kind!: EntityKind;
  @Field(() => String, { description: 'Its name.' })
  readonly name!: string;
  @Field(() => [String], { description: 'Names that no model and no alias has, and no wildcard matches.' })
  readonly models!: readonly string[];
}

@ObjectType('ChangeSetPlan', { description: 'What a change set would do now.' })
export class ChangeSetPlanType extends ChangeSetFields {
  @Field(() => ApprovalsNeededType, { description: 'Whether it has to be proposed as a draft for others to approve.' })
  readonly approvals!: ApprovalsNeededType;
  @Field(() => [NamedInVainType], { description: 'What of the declared names models that would not be there.' })
  readonly namedInVain!: readonly NamedInVainType[];
  @Field(() => ChangeSetEffectsType, { description: 'What that means for keys and for what they belong to.' })
  readonly effects!: ChangeSetEffectsType;
}

@ObjectType('IssuedSecret', { description: 'The secret that was made for a new key. It is shown this once.' })
class IssuedSecretType {
  @Field(() => String, { description: 'The name of the key.' })
  readonly name!: string;
  @Field(() => String, { description: 'The secret.' })
  readonly secret!: string;
}

@ObjectType('CommitChangeSetPayload', { description: 'What became of a change set.' })
export class CommitChangeSetPayload extends ChangeSetFields {
  @Field(() => Boolean, { description: 'False if it was refused, and if there was nothing to change.' })
  readonly committed!: boolean;
  @Field(() => ID, { nullable: true, description: 'Its id in the log; null if nothing was committed.' })
  readonly changeSetId!: string | null;
  @Field(() => [IssuedSecretType], { description: 'Secrets made for new keys that were declared without one.' })
  readonly issuedSecrets!: readonly IssuedSecretType[];
  @Field(() => Boolean, {
    description:
      'Whether the same request with the same idempotency key was carried out before, and this is its answer.',
  })
  readonly replayed!: boolean;
  @Field(() => PropagationType, {
    nullable: true,
    description: 'Which nodes enforce the revision; null unless `awaitPropagation` was given, and if it was refused.',
  })
  readonly propagation!: PropagationType | null;
}

export const toProblemType = ({ code, message, kind, name, path, since }: ChangeProblem): ChangeProblemType => ({
  code,
  message,
  kind: kind ?? null,
  name: name ?? null,
  path: path ?? null,
  since: since ?? null,
});

export const toPlanType = (plan: ReviewedPlan): ChangeSetPlanType => ({
  ...plan,
  problems: plan.problems.map(toProblemType),
  effects: toEffectsType(plan.effects),
});
