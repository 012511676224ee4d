import { usageCauses } from '@tollgate/schema';
import { Field, InputType } from 'type-graphql';

@InputType({ description: 'Counts only what matches every field that is set, in any of its values.' })
export class UsageFilter {
  @Field(() => [String], { nullable: true, description: 'Names of virtual keys.' })
  readonly keys?: readonly string[] | null;
  @Field(() => [String], { nullable: true, description: 'Names of teams.' })
  readonly teams?: readonly string[] | null;
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
