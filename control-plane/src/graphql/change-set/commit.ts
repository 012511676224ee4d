import { hideOthers } from '../../access/change-guard/hide-others.ts';
import { actorOf } from '../../access/principal.ts';
import { seesEverything, visibleIds } from '../../access/visible-ids.ts';
import type { CommitResult } from '../../change-set/carry-out.ts';
import type { ChangeOrigin, ChangeSource } from '../../change-set/change-request.ts';
import { principalOf } from '../access/subject.ts';
import type { GraphQLContext } from '../context.ts';
import { type AwaitPropagationInput, awaitPropagation, checkAwaitPropagation } from '../fleet/propagation.input.ts';
import { type CommitChangeSetPayload, toProblemType } from './change-set.type.ts';

/** Who asks, through what, and what he may change. */
export function originOf(context: GraphQLContext, source: ChangeSource): ChangeOrigin {
  const principal = principalOf(context);
  return {
    actor: actorOf(principal),
    source,
    authorize: (touches, trx) => context.access.authorize(principal, touches, trx),
    canSee: (ids, trx) => visibleIds(trx, principal, ids),
    redact: (problem) => hideOthers(principal, problem),
    mayOverrideApproval: principal.kind === 'admin-token',
    readsEverything: seesEverything(principal),
  };
}

/** Commits, whatever it is; then waits for nodes if that was asked for. */
export async function commitAndWait(
  context: GraphQLContext,
  input: { readonly source: ChangeSource; readonly awaitPropagation?: AwaitPropagationInput | null },
  commit: (origin: ChangeOrigin) => Promise<CommitResult>,
): Promise<CommitChangeSetPayload> {
  const origin = originOf(context, input.source);
  checkAwaitPropagation(input.awaitPropagation);
  const result = await commit(origin);
  const { revision, committed } = result;
  const isRefused = result.problems.length > 0;
  const awaited = { revision, isNew: committed && !result.replayed };
  const propagation = isRefused ? null : await awaitPropagation(context, input.awaitPropagation, awaited);
  return { ...result, problems: result.problems.map(toProblemType), propagation };
}
