import { Arg, Ctx, Extensions, Field, FieldResolver, Mutation, ObjectType, Resolver, Root } from 'type-graphql';
import { entityMutationRule } from '../access/field-policy.ts';
import type { EntityState } from '../aggregate/entity.ts';
import { ACCESS_EXTENSION } from '../graphql/access/enforce-access.ts';
import { ChangeOptionsInput, commitOne } from '../graphql/change-set/change-options.input.ts';
import { CommitChangeSetPayload } from '../graphql/change-set/change-set.type.ts';
import type { GraphQLContext } from '../graphql/context.ts';
import { type EntityNode, nodeTypes } from '../graphql/entity/entity-types.ts';
import { HashedSecretInput } from '../graphql/entity/secret.type.ts';
import { toPlain } from '../graphql/plain-input.ts';
import { DateTimeScalar } from '../graphql/scalars.ts';

const HASH_PREFIX_DIGITS = 8;

@ObjectType('PreviousSecret', { description: 'A secret before a rotation, which is taken until its grace ends.' })
class PreviousSecretType {
  @Field(() => String, { description: 'The first eight digits of its SHA-256.' })
  readonly secretHashPrefix!: string;
  @Field(() => DateTimeScalar, { description: 'From when on it is refused.' })
  readonly graceUntil!: string;
}

type KeyNode = EntityNode & { readonly state: EntityState<'virtual-key'> };

/** What virtual keys have besides what is declared. */
@Resolver(() => nodeTypes['virtual-key'])
export class VirtualKeyResolver {
  @FieldResolver(() => String, {
    description: 'The first eight digits of the SHA-256 of its secret, to tell keys apart.',
  })
  secretHashPrefix(@Root() { state }: KeyNode): string {
    return state.spec.secret.sha256.slice(0, HASH_PREFIX_DIGITS);
  }

  @FieldResolver(() => [PreviousSecretType], {
    description: 'Secrets before the last rotations that are taken for a while, the newest first.',
  })
  previousSecrets(@Root() { state }: KeyNode): readonly PreviousSecretType[] {
    return (state.previousSecrets ?? []).map(({ sha256, graceUntil }) => ({
      secretHashPrefix: sha256.slice(0, HASH_PREFIX_DIGITS),
      graceUntil,
    }));
  }

  @Extensions({ [ACCESS_EXTENSION]: entityMutationRule })
  @Mutation(() => CommitChangeSetPayload, { description: 'Gives a virtual key another secret.' })
  rotateVirtualKey(
    @Arg('name', () => String) name: string,
    @Arg('grace', () => String, {
      nullable: true,
      description: 'How long the secret before is still taken, such as `24h`; left out, not at all.',
    })
    grace: string | null | undefined,
    @Arg('secret', () => HashedSecretInput, {
      nullable: true,
      description: 'The new secret; left out, one is made and shown once.',
    })
    secret: HashedSecretInput | null | undefined,
    @Arg('options', () => ChangeOptionsInput, { nullable: true }) options: ChangeOptionsInput | null | undefined,
    @Ctx() context: GraphQLContext,
  ): Promise<CommitChangeSetPayload> {
    const rotation = toPlain({ grace, secret });
    return commitOne(context, { op: 'rotate', kind: 'virtual-key', name, rotation }, options);
  }
}
