import { Field, InputType } from 'type-graphql';
import { ChangeInput } from './change.input.ts';
import { CommitOptionsInput } from './commit-options.input.ts';

@InputType({ description: 'Changes that are validated as a whole and committed together or not at all.' })
export class ChangeSetInput extends CommitOptionsInput {
  @Field(() => [ChangeInput], { description: 'At most 10,000, one per entity.' })
  readonly changes!: readonly ChangeInput[];
  @Field(() => String, {
    nullable: true,
    description: 'The name of the document that declares. It changes only what it owns, and owns what it puts.',
  })
  readonly owner?: string | null;
  @Field(() => Boolean, {
    defaultValue: false,
    description: 'Lets the document change what another owns, and own it from then on.',
  })
  readonly takeOver!: boolean;
  @Field(() => Boolean, { defaultValue: false, description: 'Deletes what the document owns and does not put.' })
  readonly prune!: boolean;
}
