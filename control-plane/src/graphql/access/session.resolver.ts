import { Arg, Ctx, ID, Int, Mutation, Query, Resolver } from 'type-graphql';
import { actorOf } from '../../access/principal.ts';
import { tokenScopes } from '../../access/scopes.ts';
import type { GraphQLContext } from '../context.ts';
import { publicError } from '../errors.ts';
import { PasswordSetupType, SessionType, toSessionType, toViewerType, ViewerType } from './access.type.ts';
import { principalOf, requireSubject } from './subject.ts';

/** Who asks, and the sessions of users. */
@Resolver()
export class SessionResolver {
  @Query(() => ViewerType, { description: 'Who asks, with his roles.' })
  me(@Ctx() context: GraphQLContext): ViewerType {
    return toViewerType(principalOf(context));
  }

  @Query(() => [SessionType], { description: 'The sessions of the user who asks, the newest first.' })
  async mySessions(@Ctx() context: GraphQLContext): Promise<readonly SessionType[]> {
    const principal = principalOf(context);
    if (principal.kind !== 'user') return [];
    return (await context.access.sessions.list(principal.name)).map(toSessionType(principal));
  }

  @Query(() => [SessionType], { description: 'The sessions of a user, the newest first.' })
  async sessions(
    @Arg('user', () => String) user: string,
    @Ctx() context: GraphQLContext,
  ): Promise<readonly SessionType[]> {
    await requireSubject(context, { kind: 'user', name: user }, 'block');
    return (await context.access.sessions.list(user)).map(toSessionType(principalOf(context)));
  }

  @Mutation(() => Boolean, { description: 'Ends one of the sessions of the user who asks; false if he has no such.' })
  async endMySession(@Arg('id', () => ID) id: string, @Ctx() context: GraphQLContext): Promise<boolean> {
    const principal = principalOf(context);
    return principal.kind === 'user' && (await context.access.sessions.close(principal.name, id));
  }

  @Mutation(() => Int, { description: 'Ends all sessions of a user. Answers how many there were.' })
  async endSessions(@Arg('user', () => String) user: string, @Ctx() context: GraphQLContext): Promise<number> {
    await requireSubject(context, { kind: 'user', name: user }, 'block');
    return context.access.sessions.closeAll(user);
  }

  @Mutation(() => PasswordSetupType, {
    description: 'Lets a user set his password within 24 hours. Takes the place of an earlier one that was not used.',
  })
  async createPasswordSetup(
    @Arg('user', () => String) user: string,
    @Ctx() context: GraphQLContext,
  ): Promise<PasswordSetupType> {
    const principal = principalOf(context);
    if (principal.scopes.length < tokenScopes.length) {
      // Whoever has it can sign in as the user, whom no scope narrows.
      throw publicError('FORBIDDEN', `for this a token with all scopes is needed: ${tokenScopes.join(', ')}`);
    }
    await requireSubject(context, { kind: 'user', name: user }, 'put');
    return context.access.passwords.createSetup(user, actorOf(principal));
  }
}
