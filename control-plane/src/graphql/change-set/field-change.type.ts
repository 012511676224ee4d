import type { ChangeSince } from '@tollgate/schema';
import { Field, ObjectType } from 'type-graphql';
import { ChangeSourceEnum } from '../enums.ts';
import { DateTimeScalar, RevisionScalar } from '../scalars.ts';

@ObjectType('FieldChange', { description: 'A field that changes. Secrets show as "(secret)" or "(secret changed)".' })
export class FieldChangeType {
  @Field(() => String, { description: 'Such as `deployments[0].weight`.' })
  readonly path!: string;
  @Field(() => String, { nullable: true, description: 'JSON as text; null if it was unset.' })
  readonly before!: string | null;
  @Field(() => String, { nullable: true, description: 'JSON as text; null if it becomes unset.' })
  readonly after!: string | null;
}

@ObjectType('ChangeSince', { description: 'What happened to an entity since the version that was expected.' })
export class ChangeSinceType implements ChangeSince {
  @Field(() => RevisionScalar, { description: 'The revision that changed it last.' })
  readonly revision!: number;
  @Field(() => String, { description: 'Who did.' })
  readonly actor!: string;
  @Field(() => ChangeSourceEnum, { description: 'What it was made through.' })
  readonly source!: string;
  @Field(() => DateTimeScalar, { description: 'When.' })
  readonly at!: Date;
  @Field(() => [FieldChangeType], { description: 'Each field that differs from the version that was expected.' })
  readonly fields!: readonly FieldChangeType[];
}
