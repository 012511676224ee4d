import { Field, ID, Int, ObjectType } from 'type-graphql';
import type { Entity } from '../aggregate/entity.ts';
import { toEntityId } from '../aggregate/entity.ts';
import { DateTimeScalar, RevisionScalar } from './scalars.ts';

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
}

export const toEntityFields = ({ kind, name, version, revision, createdAt, updatedAt }: Entity): EntityFields => ({
  id: toEntityId(kind, name),
  name,
  version,
  revision,
  createdAt,
  updatedAt,
});
