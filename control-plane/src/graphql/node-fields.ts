import { Field, ID, Int, ObjectType } from 'type-graphql';
import type { Entity, OwnedSince } from '../aggregate/entity.ts';
import { toEntityId } from '../aggregate/entity.ts';
import { ChangeSourceEnum } from './enums.ts';
import { DateTimeScalar, RevisionScalar } from './scalars.ts';

@ObjectType('OwnedSince', { description: 'Since when an entity belongs to whom it does.' })
export class OwnedSinceType implements OwnedSince {
  @Field(() => RevisionScalar, { description: 'The revision with which it came to belong to him.' })
  readonly revision!: number;
  @Field(() => DateTimeScalar, { description: 'When that was committed.' })
  readonly at!: Date;
}

/** What every entity's node has. */
@ObjectType()
export abstract class EntityFields {
  @Field(() => ID, { description: 'Unique among all entities: the kind and the name.' })
  readonly id!: string;
  @Field(() => String, { description: 'Chosen by whoever declared it; unique within its kind.' })
  readonly name!: string;
  @Field(() => Int, { description: 'How many events its stream has; a name that is used again continues it.' })
  readonly version!: number;
  @Field(() => RevisionScalar, { description: 'The revision that changed it last.' })
  readonly revision!: number;
  @Field(() => DateTimeScalar, { description: 'When it was created.' })
  readonly createdAt!: Date;
  @Field(() => DateTimeScalar, { description: 'When it was last changed.' })
  readonly updatedAt!: Date;
  @Field(() => String, { description: 'Who declared it last: the name of a document, or `api`, `cli` or `console`.' })
  readonly owner!: string;
  @Field(() => OwnedSinceType, { description: 'Since when it belongs to that owner without a break.' })
  readonly ownedSince!: OwnedSince;
  @Field(() => String, { description: 'Who changed it last.' })
  readonly changedBy!: string;
  @Field(() => ChangeSourceEnum, { description: 'What it was last changed through.' })
  readonly changeSource!: string;
}

export const toEntityFields = (entity: Entity): EntityFields => ({
  id: toEntityId(entity.kind, entity.name),
  name: entity.name,
  version: entity.version,
  revision: entity.revision,
  createdAt: entity.createdAt,
  updatedAt: entity.updatedAt,
  owner: entity.owner,
  ownedSince: entity.ownedSince,
  changedBy: entity.changedBy,
  changeSource: entity.changeSource,
});
