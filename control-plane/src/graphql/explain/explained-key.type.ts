import { Field, ObjectType } from 'type-graphql';
import type { Entity } from '../../aggregate/entity.ts';
import { entityEnumType } from '../entity/entity-types.ts';
import { DateTimeScalar, RevisionScalar } from '../scalars.ts';

const KeyTypeEnum = entityEnumType('VirtualKeyType');

@ObjectType('ExplainedKey', { description: 'A virtual key as it stood then.' })
export class ExplainedKeyType {
  @Field(() => String, { description: 'Its name.' })
  readonly name!: string;
  @Field(() => RevisionScalar, { description: 'The revision that had changed it last.' })
  readonly changedAt!: number;
  @Field(() => KeyTypeEnum, { description: 'What it was for.' })
  readonly type!: string;
  @Field(() => Boolean, { description: 'Whether it was blocked; requests that were under way went on.' })
  readonly blocked!: boolean;
  @Field(() => DateTimeScalar, { nullable: true, description: 'From when on it would be refused.' })
  readonly expiresAt!: Date | null;
  @Field(() => [String], { nullable: true, description: 'Models that it might ask for; null for no such list.' })
  readonly models!: readonly string[] | null;
  @Field(() => [String], { description: 'Access groups whose models it might ask for.' })
  readonly accessGroups!: readonly string[];
  @Field(() => [String], { nullable: true, description: 'Paths that it might call; null for all of its type.' })
  readonly allowedRoutes!: readonly string[] | null;
  @Field(() => [String], { nullable: true, description: 'Addresses from which it might be used; null for all.' })
  readonly allowedIps!: readonly string[] | null;
  @Field(() => [String], { description: 'Its own labels, without those of what it belonged to.' })
  readonly tags!: readonly string[];
}

export function toExplainedKey({ name, revision, state }: Entity<'virtual-key'>): ExplainedKeyType {
  const { type, expiresAt, models, accessGroups, allowedRoutes, allowedIps, tags } = state.spec;
  return {
    name,
    changedAt: revision,
    type: type ?? 'inference',
    blocked: state.blocked ?? false,
    expiresAt: expiresAt === undefined ? null : new Date(expiresAt),
    models: models ?? null,
    accessGroups: accessGroups ?? [],
    allowedRoutes: allowedRoutes ?? null,
    allowedIps: allowedIps ?? null,
    tags: tags ?? [],
  };
}
