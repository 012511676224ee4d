import { type ChangeProblem, changeProblemCodes, type EntityKind } from '@tollgate/schema';
import { Field, ID, ObjectType } from 'type-graphql';
import type { PlanAction } from '../../change-set/plan-entry.ts';
import { EntityKindEnum, PlanActionEnum } from '../enums.ts';
import { RevisionScalar } from '../scalars.ts';

@ObjectType('FieldChange', { description: 'A field that changes. Secrets show as "(secret)" or "(secret changed)".' })
class FieldChangeType {
  @Field(() => String, { description: 'Such as `deployments[0].weight`.' })
  readonly path!: string;
  @Field(() => String, { nullable: true, description: 'JSON as text; null if it was unset.' })
  readonly before!: string | null;
  @Field(() => String, { nullable: true, description: 'JSON as text; null if it becomes unset.' })
  readonly after!: string | null;
}

@ObjectType('PlanEntry', {
  description: 'What a change set does to one entity. Those that stay as they are have none.',
})
class PlanEntryType {
  @Field(() => PlanActionEnum, { description: 'What happens to it.' })
  readonly action!: PlanAction;
  @Field(() => EntityKindEnum, { description: 'Its kind.' })
  readonly kind!: EntityKind;
  @Field(() => String, { description: 'Its name.' })
  readonly name!: string;
  @Field(() => [FieldChangeType], { description: 'Each field that changes.' })
  readonly fields!: readonly FieldChangeType[];
}

@ObjectType('ChangeProblem', { description: 'Why a change set was refused; all problems are given at once.' })
class ChangeProblemType {
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
}

@ObjectType('ChangeSetPlan', { description: 'What a change set would do now.' })
export class ChangeSetPlanType {
  @Field(() => RevisionScalar, { description: 'The revision that the plan holds for.' })
  readonly revision!: number;
  @Field(() => [PlanEntryType], { description: 'What happens to each entity.' })
  readonly entries!: readonly PlanEntryType[];
  @Field(() => [ChangeProblemType], { description: 'Why it would be refused; empty if it would not.' })
  readonly problems!: readonly ChangeProblemType[];
}

@ObjectType('IssuedSecret', { description: 'The secret that was made for a new key. It is shown this once.' })
class IssuedSecretType {
  @Field(() => String, { description: 'The name of the key.' })
  readonly name!: string;
  @Field(() => String, { description: 'The secret.' })
  readonly secret!: string;
}

@ObjectType('CommitChangeSetPayload', { description: 'What became of a change set.' })
export class CommitChangeSetPayload extends ChangeSetPlanType {
  @Field(() => Boolean, { description: 'False if it was refused, and if there was nothing to change.' })
  readonly committed!: boolean;
  @Field(() => ID, { nullable: true, description: 'Its id in the log; null if nothing was committed.' })
  readonly changeSetId!: string | null;
  @Field(() => [IssuedSecretType], { description: 'Secrets made for new keys that were declared without one.' })
  readonly issuedSecrets!: readonly IssuedSecretType[];
}

export const toProblemType = ({ code, message, kind, name, path }: ChangeProblem): ChangeProblemType => ({
  code,
  message,
  kind: kind ?? null,
  name: name ?? null,
  path: path ?? null,
});
