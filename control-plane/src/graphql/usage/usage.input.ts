import { usageCauses } from '@tollgate/schema';
import { Field, InputType } from 'type-graphql';

@InputType({ description: 'Counts only what matches every field that is set, in any of its values.' })
export class UsageFilter {
  @Field(() => [String], { nullable: true, description: 'Names of virtual keys.' })
  readonly keys?: readonly string[] | null;
  @Field(() => [String], { nullable: true, description: 'Names of the organizations to which the keys belonged.' })
  readonly organizations?: readonly string[] | null;
  @Field(() => [String], { nullable: true, description: 'Names of the teams to which the keys belonged.' })
  readonly teams?: readonly string[] | null;
  @Field(() => [String], { nullable: true, description: 'Names of the projects to which the keys belonged.' })
  readonly projects?: readonly string[] | null;
  @Field(() => [String], { nullable: true, description: 'Names of the users to whom the keys belonged.' })
  readonly users?: readonly string[] | null;
  @Field(() => [String], { nullable: true, description: 'Names of the customers for whom was asked.' })
  readonly customers?: readonly string[] | null;
  @Field(() => [String], { nullable: true, description: 'End users, as the requests themselves named them.' })
  readonly endUsers?: readonly string[] | null;
  @Field(() => [String], { nullable: true, description: 'Public names of models.' })
  readonly models?: readonly string[] | null;
  @Field(() => [String], { nullable: true, description: 'Names of providers.' })
  readonly providers?: readonly string[] | null;
}

@InputType({ description: 'Lists only what matches every field that is set, in any of its values.' })
export class RequestFilter extends UsageFilter {
  @Field(() => [String], { nullable: true, description: `How the request ended: ${usageCauses.join(', ')}.` })
  readonly causes?: readonly string[] | null;
  @Field(() => [String], { nullable: true, description: 'Ids of requests.' })
  readonly ids?: readonly string[] | null;
}
