import { Field, InputType, Int } from 'type-graphql';
import type { RequestedChange } from '../../change-set/change-request.ts';
import type { GraphQLContext } from '../context.ts';
import type { CommitChangeSetPayload } from './change-set.type.ts';
import { commitAndWait } from './commit.ts';
import { CommitOptionsInput, toCommitOptions } from './commit-options.input.ts';

@InputType({ description: 'What a single change may demand.' })
export class ChangeOptionsInput extends CommitOptionsInput {
  @Field(() => Int, {
    nullable: true,
    description: 'Refuses the change if the entity is not at this version; 0 means that there must be none.',
  })
  readonly expectedVersion?: number | null;
}

/** Commits one change as a change set of its own. */
export function commitOne(
  context: GraphQLContext,
  change: RequestedChange,
  options: ChangeOptionsInput | null | undefined,
): Promise<CommitChangeSetPayload> {
  const { expectedVersion } = options ?? {};
  const changes = [{ ...change, ...(typeof expectedVersion === 'number' && { expectedVersion }) }];
  const request = { ...(options && toCommitOptions(options)), changes };
  return commitAndWait(context, options ?? { source: 'api' }, (origin) => context.changeSets.commit(request, origin));
}
