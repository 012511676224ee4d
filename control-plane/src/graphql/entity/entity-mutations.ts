import { type EntityKind, kinds, toWords } from '@tollgate/schema';
import { Arg, Ctx, Extensions, Mutation, Resolver } from 'type-graphql';
import { entityMutationRule } from '../../access/field-policy.ts';
import { ACCESS_EXTENSION } from '../access/enforce-access.ts';
import { ChangeOptionsInput, commitOne } from '../change-set/change-options.input.ts';
import { CommitChangeSetPayload } from '../change-set/change-set.type.ts';
import type { GraphQLContext } from '../context.ts';
import { toPlain } from '../plain-input.ts';
import { namesOf } from './entity-names.ts';
import { specInputs } from './entity-types.ts';

type Payload = Promise<CommitChangeSetPayload>;
type Options = ChangeOptionsInput | null | undefined;

/** The two mutations that every kind of entity has. Each is a change set of one change. */
export function createEntityMutations(kind: EntityKind) {
  const { type } = namesOf(kind);
  const words = toWords(kind);
  const specInput = specInputs[kind];
  const isSpecOptional = kinds[kind].declaration.safeParse({}).success;

  @Resolver()
  class EntityMutations {
    @Extensions({ [ACCESS_EXTENSION]: entityMutationRule })
    @Mutation(() => CommitChangeSetPayload, {
      name: `put${type}`,
      description: `Creates the ${words} of this name, or makes it exactly this.`,
    })
    put(
      @Arg('name', () => String) name: string,
      @Arg('spec', () => specInput, isSpecOptional ? { defaultValue: {} } : {}) spec: object,
      @Arg('options', () => ChangeOptionsInput, { nullable: true }) options: Options,
      @Ctx() context: GraphQLContext,
    ): Payload {
      return commitOne(context, { op: 'put', kind, name, declaration: toPlain(spec) }, options);
    }

    @Extensions({ [ACCESS_EXTENSION]: entityMutationRule })
    @Mutation(() => CommitChangeSetPayload, {
      name: `delete${type}`,
      description: `Deletes the ${words} of this name. One that others use is not deleted, unless with \`cascade\`.`,
    })
    delete(
      @Arg('name', () => String) name: string,
      @Arg('cascade', () => Boolean, { defaultValue: false, description: 'Deletes what uses it too.' })
      cascade: boolean,
      @Arg('options', () => ChangeOptionsInput, { nullable: true }) options: Options,
      @Ctx() context: GraphQLContext,
    ): Payload {
      return commitOne(context, { op: 'delete', kind, name, cascade }, options);
    }
  }
  return EntityMutations;
}
