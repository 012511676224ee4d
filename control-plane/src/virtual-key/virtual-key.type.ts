import { Field, InputType, ObjectType } from 'type-graphql';
import type { Entity } from '../aggregate/entity.ts';
import { createEntityResolver } from '../graphql/entity-resolver.ts';
import { EntityFields, toEntityFields } from '../graphql/node-fields.ts';
import { JsonScalar } from '../graphql/scalars.ts';
import { SecretRefInput, SecretRefType, toSecretRefType } from '../graphql/secret-ref.ts';

const HASH_PREFIX_DIGITS = 8;

@ObjectType('VirtualKey', { description: 'A key with which apps call the gateway; its secret is never shown again.' })
export class VirtualKeyType extends EntityFields {
  @Field(() => String, { nullable: true, description: 'The name of its team.' })
  readonly team!: string | null;
  @Field(() => [String], { nullable: true, description: 'Narrows what the team allows; null leaves it.' })
  readonly models!: readonly string[] | null;
  @Field(() => String, { nullable: true, description: 'From when on it is refused, as declared.' })
  readonly expiresAt!: string | null;
  @Field(() => Boolean, { description: 'Whether it is refused for now.' })
  readonly blocked!: boolean;
  @Field(() => [String], { nullable: true, description: 'Labels that its usage carries.' })
  readonly tags!: readonly string[] | null;
  @Field(() => JsonScalar, { nullable: true, description: 'Any texts by name.' })
  readonly metadata!: unknown;
  @Field(() => String, { description: 'The first eight digits of the SHA-256 of its secret, to tell keys apart.' })
  readonly secretHashPrefix!: string;
  @Field(() => SecretRefType, { nullable: true, description: 'Where its secret was read from.' })
  readonly secretRef!: SecretRefType | null;
}

@InputType({ description: 'The secret of a key: its `value`, or its `sha256`.' })
class VirtualKeySecretInput {
  @Field(() => String, { nullable: true, description: 'The secret; only its hash is stored.' })
  readonly value?: string | null;
  @Field(() => SecretRefInput, { nullable: true, description: 'Where the value was read from.' })
  readonly ref?: SecretRefInput | null;
  @Field(() => String, { nullable: true, description: 'The SHA-256 of the secret, in hexadecimal digits.' })
  readonly sha256?: string | null;
}

@InputType({ description: 'A virtual key as it is declared. A field left out is unset.' })
export class VirtualKeyInput {
  @Field(() => String, { nullable: true, description: 'The name of its team.' })
  readonly team?: string | null;
  @Field(() => [String], { nullable: true, description: 'Narrows what the team allows.' })
  readonly models?: readonly string[] | null;
  @Field(() => String, { nullable: true, description: 'An instant such as `2027-06-30T00:00:00Z`.' })
  readonly expiresAt?: string | null;
  @Field(() => [String], { nullable: true, description: 'Labels that its usage carries.' })
  readonly tags?: readonly string[] | null;
  @Field(() => JsonScalar, { nullable: true, description: 'Any texts by name.' })
  readonly metadata?: unknown;
  @Field(() => VirtualKeySecretInput, {
    nullable: true,
    description: 'Left out, a new key gets a secret that is shown once, and an existing one keeps its own.',
  })
  readonly secret?: VirtualKeySecretInput | null;
}

export const VirtualKeyResolver = createEntityResolver({
  kind: 'virtual-key',
  type: 'VirtualKey',
  one: 'virtualKey',
  many: 'virtualKeys',
  node: VirtualKeyType,
  toNode,
});

function toNode(entity: Entity<'virtual-key'>): VirtualKeyType {
  const { spec, blocked } = entity.state;
  return {
    ...toEntityFields(entity),
    team: spec.team ?? null,
    models: spec.models ?? null,
    expiresAt: spec.expiresAt ?? null,
    blocked: blocked ?? false,
    tags: spec.tags ?? null,
    metadata: spec.metadata ?? null,
    secretHashPrefix: spec.secret.sha256.slice(0, HASH_PREFIX_DIGITS),
    secretRef: toSecretRefType(spec.secret.ref),
  };
}
