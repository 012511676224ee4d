import type { SecretRef } from '@tollgate/schema';
import { Field, InputType, ObjectType } from 'type-graphql';

@ObjectType('SecretRef', {
  description: 'Where a secret was read from when it was declared; exactly one field is set.',
})
export class SecretRefType {
  @Field(() => String, { nullable: true, description: 'The name of an environment variable.' })
  readonly env!: string | null;
  @Field(() => String, { nullable: true, description: 'The path of a file.' })
  readonly file!: string | null;
}

@InputType({ description: 'Where a secret was read from, for an export to write back; exactly one field.' })
export class SecretRefInput {
  @Field(() => String, { nullable: true, description: 'The name of an environment variable.' })
  readonly env?: string | null;
  @Field(() => String, { nullable: true, description: 'The path of a file.' })
  readonly file?: string | null;
}

export function toSecretRefType(ref: SecretRef | undefined): SecretRefType | null {
  if (!ref) return null;
  return 'env' in ref ? { env: ref.env, file: null } : { env: null, file: ref.file };
}
