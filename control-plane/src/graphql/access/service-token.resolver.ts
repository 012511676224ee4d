import { Arg, Ctx, ID, Mutation, Query, Resolver } from 'type-graphql';
import { actorOf } from '../../access/principal.ts';
import type { TokenScope } from '../../access/scopes.ts';
import { isStorable } from '../../change-set/declaration-problems.ts';
import type { GraphQLContext } from '../context.ts';
import { publicError } from '../errors.ts';
import { DateTimeScalar } from '../scalars.ts';
import { IssuedServiceTokenType, ServiceTokenType, TokenScopeEnum, toServiceTokenType } from './access.type.ts';
import { principalOf, requireSubject } from './subject.ts';

const DESCRIPTION_CHARACTERS_MAX = 200;

/** The tokens of service accounts. */
@Resolver()
export class ServiceTokenResolver {
  @Query(() => [ServiceTokenType], { description: 'The tokens of a service account, the newest first.' })
  async serviceTokens(
    @Arg('serviceAccount', () => String) serviceAccount: string,
    @Ctx() context: GraphQLContext,
  ): Promise<readonly ServiceTokenType[]> {
    await requireSubject(context, { kind: 'service-account', name: serviceAccount }, 'put');
    return (await context.access.serviceTokens.list(serviceAccount)).map(toServiceTokenType);
  }

  @Mutation(() => IssuedServiceTokenType, {
    description: 'Issues a token with which a program acts as a service account. It is shown this once.',
  })
  async issueServiceToken(
    @Arg('serviceAccount', () => String) serviceAccount: string,
    @Arg('scopes', () => [TokenScopeEnum], { description: 'What it may be used for; none that whoever asks has not.' })
    scopes: TokenScope[],
    @Arg('expiresAt', () => DateTimeScalar, { nullable: true, description: 'Left out, it holds until it is revoked.' })
    expiresAt: Date | null,
    @Arg('description', () => String, { defaultValue: '', description: 'What it is for; at most 200 characters.' })
    description: string,
    @Ctx() context: GraphQLContext,
  ): Promise<IssuedServiceTokenType> {
    await requireSubject(context, { kind: 'service-account', name: serviceAccount }, 'put');
    const principal = principalOf(context);
    checkToken({ scopes, expiresAt, description, held: principal.scopes });
    const issued = await context.access.serviceTokens.issue({
      serviceAccount,
      scopes: [...new Set(scopes)],
      description,
      createdBy: actorOf(principal),
      expiresAt: expiresAt ?? null,
    });
    if (issued) return issued;
    throw publicError('BAD_USER_INPUT', `${serviceAccount} has 100 tokens; revoke those that are not used`);
  }

  @Mutation(() => Boolean, { description: 'Takes a service token no more; false if there is no such.' })
  async revokeServiceToken(@Arg('id', () => ID) id: string, @Ctx() context: GraphQLContext): Promise<boolean> {
    const found = isStorable(id) ? await context.access.serviceTokens.findById(id) : undefined;
    if (!found) return false;
    await requireSubject(context, { kind: 'service-account', name: found.serviceAccount }, 'put');
    return context.access.serviceTokens.revoke(id);
  }
}

type Asked = {
  readonly scopes: readonly TokenScope[];
  readonly expiresAt: Date | null;
  readonly description: string;
  readonly held: readonly TokenScope[];
};

/** @throws GraphQLError that says what would be right */
function checkToken({ scopes, expiresAt, description, held }: Asked): void {
  const missing = scopes.filter((scope) => !held.includes(scope));
  if (missing.length > 0) {
    throw publicError('FORBIDDEN', `to issue a token with ${missing.join(', ')} a token with these scopes is needed`);
  }
  if (scopes.length === 0) throw publicError('BAD_USER_INPUT', 'scopes must hold at least one');
  if (expiresAt && expiresAt <= new Date()) throw publicError('BAD_USER_INPUT', 'expiresAt must be in the future');
  if (description.length > DESCRIPTION_CHARACTERS_MAX || !isStorable(description)) {
    throw publicError('BAD_USER_INPUT', `description is text of at most ${DESCRIPTION_CHARACTERS_MAX} characters`);
  }
}
