import { Arg, Ctx, Query, Resolver } from 'type-graphql';
import { readLatestRevision } from '../../projection/revision-log.ts';
import type { GraphQLContext } from '../context.ts';
import { publicError } from '../errors.ts';
import { RevisionScalar } from '../scalars.ts';
import { AWAIT_PROPAGATION_DEFAULT, AwaitPropagationInput, checkAwaitPropagation } from './propagation.input.ts';
import { PropagationType } from './propagation.type.ts';

@Resolver()
export class PropagationResolver {
  @Query(() => PropagationType, {
    description: 'Waits until nodes enforce a revision, which may have been committed long ago.',
  })
  async awaitPropagation(
    @Arg('revision', () => RevisionScalar, { description: 'Not above the current one.' }) revision: number,
    @Arg('options', () => AwaitPropagationInput, {
      defaultValue: AWAIT_PROPAGATION_DEFAULT,
      description: 'Which nodes, and how long.',
    })
    options: AwaitPropagationInput,
    @Ctx() { db, fleet }: GraphQLContext,
  ): Promise<PropagationType> {
    checkAwaitPropagation(options);
    const current = (await readLatestRevision(db))?.revision ?? 0;
    if (revision > current) {
      throw publicError('BAD_USER_INPUT', `there is no revision ${revision}; the current one is ${current}`);
    }
    return await fleet.waitFor({ revision, isNew: false, target: options.nodes, timeoutMs: options.timeoutMs });
  }
}
