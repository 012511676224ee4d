import { decideSubject } from '../../access/decide-subject.ts';
import { actorOf } from '../../access/principal.ts';
import type { ChangeSource } from '../../change-set/change-request.ts';
import { validateOptions } from '../../change-set/validate-options.ts';
import type { ActOrigin } from '../../quota/correct-quota.ts';
import { principalOf } from '../access/subject.ts';
import type { GraphQLContext } from '../context.ts';
import { publicError } from '../errors.ts';

/** Who acts, through what; whoever may put an entity may change its limits. */
export function actOriginOf(context: GraphQLContext, source: ChangeSource): ActOrigin {
  const principal = principalOf(context);
  return {
    actor: actorOf(principal),
    source,
    authorize: (entity, trx) => decideSubject(trx, principal, { ...entity, action: 'put' }),
  };
}

/** @throws GraphQLError if there is no reason, or if it or the key is too long */
export function checkAct(reason: string, idempotencyKey: string | null | undefined): void {
  if (reason.trim() === '') throw publicError('BAD_USER_INPUT', 'reason: say why, for the history');
  const [problem] = validateOptions({ reason, ...(typeof idempotencyKey === 'string' && { idempotencyKey }) });
  if (problem) throw publicError('BAD_USER_INPUT', problem.message);
}
