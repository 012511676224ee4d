import { decideSubject } from '../../access/decide-subject.ts';
import type { EntityAction } from '../../access/policy.ts';
import type { Principal } from '../../access/principal.ts';
import type { GraphQLContext } from '../context.ts';
import { publicError } from '../errors.ts';

export type Subject = { readonly kind: 'user' | 'service-account'; readonly name: string };

/** @throws GraphQLError `UNAUTHENTICATED` if nobody is known to ask */
export function principalOf({ principal }: Pick<GraphQLContext, 'principal'>): Principal {
  if (principal) return principal;
  throw publicError('UNAUTHENTICATED', 'sign in, or send a token', 401);
}

/** @throws GraphQLError `NOT_FOUND` if there is no such subject or it may not be seen, `FORBIDDEN` with what would be needed */
export async function requireSubject(context: GraphQLContext, subject: Subject, action: EntityAction): Promise<void> {
  const { kind, name } = subject;
  const words = kind.replace('-', ' ');
  const decision = await decideSubject(context.db, principalOf(context), { ...subject, action });
  if (decision?.kind === 'allowed') return;
  if (!decision) throw publicError('NOT_FOUND', `there is no ${words} named ${name}`);
  throw publicError('FORBIDDEN', decision.explain(`to do this to ${words} ${name}`));
}
