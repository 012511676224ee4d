import { Field, InputType, ObjectType } from 'type-graphql';
import type { Entity } from '../aggregate/entity.ts';
import { createEntityResolver } from '../graphql/entity-resolver.ts';
import { EntityFields, toEntityFields } from '../graphql/node-fields.ts';
import { SecretRefInput, SecretRefType, toSecretRefType } from '../graphql/secret-ref.ts';

@ObjectType('ProviderApiKey', { description: 'The credential of a provider; the secret itself is never shown.' })
class ProviderApiKeyType {
  @Field(() => Boolean, { description: 'Whether there is one.' })
  readonly isSet!: boolean;
  @Field(() => SecretRefType, { nullable: true, description: 'Where it was read from.' })
  readonly ref!: SecretRefType | null;
}

@ObjectType('Provider', { description: 'A credential and endpoint of a provider of the catalogue.' })
export class ProviderType extends EntityFields {
  @Field(() => String, { description: 'The id of a row of the catalogue, such as `openai`.' })
  readonly type!: string;
  @Field(() => String, { nullable: true, description: 'Where it is reached, if not where the catalogue says.' })
  readonly baseUrl!: string | null;
  @Field(() => ProviderApiKeyType, { description: 'Its credential.' })
  readonly apiKey!: ProviderApiKeyType;
}

@InputType({ description: 'A credential in the clear; it is sealed before it is stored.' })
class ProviderApiKeyInput {
  @Field(() => String, { description: 'The secret.' })
  readonly value!: string;
  @Field(() => SecretRefInput, { nullable: true, description: 'Where it was read from.' })
  readonly ref?: SecretRefInput | null;
}

@InputType({ description: 'A provider as it is declared. A field left out is unset.' })
export class ProviderInput {
  @Field(() => String, { description: 'The id of a row of the catalogue, such as `openai`.' })
  readonly type!: string;
  @Field(() => String, { nullable: true, description: 'Starts with http:// or https://.' })
  readonly baseUrl?: string | null;
  @Field(() => ProviderApiKeyInput, { nullable: true, description: 'Its credential.' })
  readonly apiKey?: ProviderApiKeyInput | null;
}

export const ProviderResolver = createEntityResolver({
  kind: 'provider',
  type: 'Provider',
  one: 'provider',
  many: 'providers',
  node: ProviderType,
  toNode,
});

function toNode(entity: Entity<'provider'>): ProviderType {
  const { type, baseUrl, apiKey } = entity.state.spec;
  return {
    ...toEntityFields(entity),
    type,
    baseUrl: baseUrl ?? null,
    apiKey: { isSet: apiKey !== undefined, ref: toSecretRefType(apiKey?.ref) },
  };
}
