import { type BlockableKind, toWords } from '@tollgate/schema';
import { Arg, Ctx, Extensions, Mutation, Resolver } from 'type-graphql';
import { entityMutationRule } from '../../access/field-policy.ts';
import { ACCESS_EXTENSION } from '../access/enforce-access.ts';
import { ChangeOptionsInput, commitOne } from '../change-set/change-options.input.ts';
import { CommitChangeSetPayload } from '../change-set/change-set.type.ts';
import type { GraphQLContext } from '../context.ts';
import { namesOf } from './entity-names.ts';

type Payload = Promise<CommitChangeSetPayload>;
type Options = ChangeOptionsInput | null | undefined;

/** The mutations of kinds that can be blocked: acts of operation, which leave what is declared. */
export function createBlockMutations(kind: BlockableKind) {
  const { type } = namesOf(kind);
  const words = toWords(kind);

  @Resolver()
  class BlockMutations {
    @Extensions({ [ACCESS_EXTENSION]: entityMutationRule })
    @Mutation(() => CommitChangeSetPayload, {
      name: `block${type}`,
      description: `Refuses from now on what the ${words} of this name asks for.`,
    })
    block(
      @Arg('name', () => String) name: string,
      @Arg('options', () => ChangeOptionsInput, { nullable: true }) options: Options,
      @Ctx() context: GraphQLContext,
    ): Payload {
      return commitOne(context, { op: 'block', kind, name }, options);
    }

    @Extensions({ [ACCESS_EXTENSION]: entityMutationRule })
    @Mutation(() => CommitChangeSetPayload, {
      name: `unblock${type}`,
      description: `Takes again what the blocked ${words} of this name asks for.`,
    })
    unblock(
      @Arg('name', () => String) name: string,
      @Arg('options', () => ChangeOptionsInput, { nullable: true }) options: Options,
      @Ctx() context: GraphQLContext,
    ): Payload {
      return commitOne(context, { op: 'unblock', kind, name }, options);
    }
  }
  return BlockMutations;
}
