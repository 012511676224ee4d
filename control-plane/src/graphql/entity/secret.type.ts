import { Field, InputType, ObjectType } from 'type-graphql';

@ObjectType('SecretRef', {
  description: 'Where a secret was read from when it was declared; exactly one field is set.',
})
class SecretRefType {
  @Field(() => String, { nullable: true, description: 'The name of an environment variable.' })
  readonly env!: string | null;
  @Field(() => String, { nullable: true, description: 'The path of a file.' })
  readonly file!: string | null;
}

@ObjectType('Secret', { description: 'What may be known of a secret; it is never shown itself.' })
export class SecretType {
  @Field(() => Boolean, { description: 'Whether there is one.' })
  readonly isSet!: boolean;
  @Field(() => SecretRefType, { nullable: true, description: 'Where it was read from.' })
  readonly ref!: SecretRefType | null;
}

@InputType({ description: 'Where a secret was read from, for an export to write back; exactly one field.' })
class SecretRefInput {
  @Field(() => String, { nullable: true, description: 'The name of an environment variable.' })
  readonly env?: string | null;
  @Field(() => String, { nullable: true, description: 'The path of a file.' })
  readonly file?: string | null;
}

@InputType({ description: 'A secret: its `value`, which is sealed before it is stored, or `stored`.' })
export class SecretInput {
  @Field(() => String, { nullable: true, description: 'The secret.' })
  readonly value?: string | null;
  @Field(() => SecretRefInput, { nullable: true, description: 'Where the value was read from.' })
  readonly ref?: SecretRefInput | null;
  @Field(() => Boolean, { nullable: true, description: 'If true, the entity keeps the secret that it has.' })
  readonly stored?: boolean | null;
}

@InputType({ description: 'A secret of which only a hash is stored: its `value`, or its `sha256`.' })
export class HashedSecretInput {
  @Field(() => String, { nullable: true, description: 'The secret.' })
  readonly value?: string | null;
  @Field(() => SecretRefInput, { nullable: true, description: 'Where the value was read from.' })
  readonly ref?: SecretRefInput | null;
  @Field(() => String, { nullable: true, description: 'The SHA-256 of the secret, in hexadecimal digits.' })
  readonly sha256?: string | null;
}
