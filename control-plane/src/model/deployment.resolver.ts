import { type Deployment, effectiveDeploymentName } from '@tollgate/schema';
import { FieldResolver, Resolver, Root } from 'type-graphql';
import { innerNodeType } from '../graphql/entity/entity-types.ts';

/** What deployments have besides what is declared. */
@Resolver(() => innerNodeType('Deployment'))
export class DeploymentResolver {
  @FieldResolver(() => String, {
    description: 'The name that holds: the declared one, else `<provider>/<model>`.',
  })
  effectiveName(@Root() deployment: Deployment): string {
    return effectiveDeploymentName(deployment);
  }
}
