import { type Deployment, effectiveDeploymentName } from '@tollgate/schema';
import { Field, Float, InputType, ObjectType } from 'type-graphql';
import type { Entity } from '../aggregate/entity.ts';
import { createEntityResolver } from '../graphql/entity-resolver.ts';
import { EntityFields, toEntityFields } from '../graphql/node-fields.ts';
import { JsonScalar } from '../graphql/scalars.ts';

@ObjectType('Deployment', { description: 'A provider and its model that serve a public model.' })
class DeploymentType {
  @Field(() => String, { nullable: true, description: 'As declared.' })
  readonly name!: string | null;
  @Field(() => String, { description: 'The name that holds: the declared one, else `<provider>/<model>`.' })
  readonly effectiveName!: string;
  @Field(() => String, { description: 'The name of the provider.' })
  readonly provider!: string;
  @Field(() => String, { description: 'The name of the model at the provider.' })
  readonly model!: string;
  @Field(() => Float, { nullable: true, description: 'Its share of the traffic, as declared; 1 if null.' })
  readonly weight!: number | null;
  @Field(() => JsonScalar, { nullable: true, description: 'How a mock answers.' })
  readonly mock!: unknown;
}

@ObjectType('Routing', { description: 'How a deployment is chosen and called.' })
class RoutingType {
  @Field(() => String, { nullable: true, description: 'The strategy; `weighted` if null.' })
  readonly strategy!: string | null;
  @Field(() => String, { nullable: true, description: 'The longest wait for the provider, such as `60s`.' })
  readonly timeout!: string | null;
}

@ObjectType('Model', { description: 'A public model name and the deployments that serve it.' })
export class ModelType extends EntityFields {
  @Field(() => [DeploymentType], { description: 'What serves it.' })
  readonly deployments!: readonly DeploymentType[];
  @Field(() => RoutingType, { nullable: true, description: 'How one of them is chosen.' })
  readonly routing!: RoutingType | null;
}

@InputType({ description: 'A provider and its model that serve a public model.' })
class DeploymentInput {
  @Field(() => String, { nullable: true, description: 'Unique within the model; left out, `<provider>/<model>`.' })
  readonly name?: string | null;
  @Field(() => String, { description: 'The name of a provider.' })
  readonly provider!: string;
  @Field(() => String, { description: 'The name of the model at the provider; `*` in a wildcard model.' })
  readonly model!: string;
  @Field(() => Float, { nullable: true, description: 'Its share of the traffic; 1 if left out, 0 takes none.' })
  readonly weight?: number | null;
  @Field(() => JsonScalar, { nullable: true, description: 'How a mock answers: latencyMs, tokens, failures, …' })
  readonly mock?: unknown;
}

@InputType({ description: 'How a deployment is chosen and called.' })
class RoutingInput {
  @Field(() => String, { nullable: true, description: '`weighted`.' })
  readonly strategy?: string | null;
  @Field(() => String, { nullable: true, description: 'The longest wait for the provider, such as `60s`.' })
  readonly timeout?: string | null;
}

@InputType({ description: 'A model as it is declared. A field left out is unset.' })
export class ModelInput {
  @Field(() => [DeploymentInput], { description: 'What serves it; at least one.' })
  readonly deployments!: readonly DeploymentInput[];
  @Field(() => RoutingInput, { nullable: true, description: 'How one of them is chosen.' })
  readonly routing?: RoutingInput | null;
}

export const ModelResolver = createEntityResolver({
  kind: 'model',
  type: 'Model',
  one: 'model',
  many: 'models',
  node: ModelType,
  toNode,
});

function toNode(entity: Entity<'model'>): ModelType {
  const { deployments, routing } = entity.state.spec;
  return {
    ...toEntityFields(entity),
    deployments: deployments.map(toDeployment),
    routing: routing ? { strategy: routing.strategy ?? null, timeout: routing.timeout ?? null } : null,
  };
}

function toDeployment(deployment: Deployment): DeploymentType {
  const { name, provider, model, weight, mock } = deployment;
  return {
    name: name ?? null,
    effectiveName: effectiveDeploymentName(deployment),
    provider,
    model,
    weight: weight ?? null,
    mock: mock ?? null,
  };
}
