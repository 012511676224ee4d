import { type PersonalKind, toWords } from '@tollgate/schema';
import { Arg, Ctx, Extensions, Mutation, Resolver } from 'type-graphql';
import { entityMutationRule } from '../../access/field-policy.ts';
import { ACCESS_EXTENSION } from '../access/enforce-access.ts';
import { ChangeOptionsInput, commitOne } from '../change-set/change-options.input.ts';
import { CommitChangeSetPayload } from '../change-set/change-set.type.ts';
import type { GraphQLContext } from '../context.ts';
import { namesOf } from './entity-names.ts';

/** The mutation of kinds with personal data that makes it unreadable; the entity stays, by its name. */
export function createEraseMutation(kind: PersonalKind) {
  const { type } = namesOf(kind);

  @Resolver()
  class EraseMutation {
    @Extensions({ [ACCESS_EXTENSION]: entityMutationRule })
    @Mutation(() => CommitChangeSetPayload, {
      name: `erase${type}`,
      description:
        `Makes the personal data of the ${toWords(kind)} of this name unreadable for good, also in the history and in ` +
        'exports of it. The entity, its usage and its history stay, by the name.',
    })
    erase(
      @Arg('name', () => String) name: string,
      @Arg('options', () => ChangeOptionsInput, { nullable: true }) options: ChangeOptionsInput | null | undefined,
      @Ctx() context: GraphQLContext,
    ): Promise<CommitChangeSetPayload> {
      return commitOne(context, { op: 'erase', kind, name }, options);
    }
  }
  return EraseMutation;
}
