import { Field, InputType, ObjectType } from 'type-graphql';
import type { Entity } from '../aggregate/entity.ts';
import { createEntityResolver } from '../graphql/entity-resolver.ts';
import { EntityFields, toEntityFields } from '../graphql/node-fields.ts';

@ObjectType('Team', { description: 'A team, which bounds what its keys may ask for.' })
export class TeamType extends EntityFields {
  @Field(() => [String], {
    nullable: true,
    description: 'Models and wildcards it may ask for; null allows every model.',
  })
  readonly models!: readonly string[] | null;
}

@InputType({ description: 'A team as it is declared. A field left out is unset.' })
export class TeamInput {
  @Field(() => [String], { nullable: true, description: 'Models and wildcards; left out, every model is allowed.' })
  readonly models?: readonly string[] | null;
}

export const TeamResolver = createEntityResolver({
  kind: 'team',
  type: 'Team',
  one: 'team',
  many: 'teams',
  node: TeamType,
  toNode: (entity: Entity<'team'>): TeamType => ({
    ...toEntityFields(entity),
    models: entity.state.spec.models ?? null,
  }),
});
