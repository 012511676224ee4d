import { toChanges } from '@tollgate/schema';
import { type CommitOptions, requestCommit, requestPlan, type SentChangeSet } from '../api/change-set.ts';
import type { Commit, Plan } from '../api/plan-answer.ts';
import { explainLostAnswer, isUserError } from '../user-error.ts';
import type { ReadyPlan } from './plan-document.ts';

/** Exactly what the plan shows: what it leaves as it is, is not sent, and so cannot be overwritten. */
export function changeSetOf({ saved, secrets }: ReadyPlan): SentChangeSet {
  const { puts, deletes, owner, takeOver } = saved;
  const deletions = deletes.map((target) => ({ op: 'delete', ...target }) as const);
  return { changes: [...toChanges(puts, secrets), ...deletions], owner, takeOver };
}

/** What the plan would do now; problems if anything that it changes was changed since. */
export function planAgain(ready: ReadyPlan): Promise<Plan> {
  const { client, saved, secrets } = ready;
  return requestPlan(client, changeSetOf(ready), { unchangedSince: saved.revision }, [...secrets.values()]);
}

/**
 * Commits a plan on the condition that nothing that it changes was changed since. If the answer is lost, it is sent once
 * more under the same key, so that it is committed once whatever became of the first.
 */
export async function commitPlan(
  ready: ReadyPlan,
  options: Pick<CommitOptions, 'reason' | 'awaitPropagation'>,
): Promise<Commit> {
  const { client, saved, secrets } = ready;
  const all = { ...options, unchangedSince: saved.revision, idempotencyKey: saved.id };
  const send = () => requestCommit(client, changeSetOf(ready), all, [...secrets.values()]);
  try {
    return await send();
  } catch (error) {
    if (!isUserError(error) || !error.isOutcomeUnknown) throw error;
    return await send().catch(
      explainLostAnswer('Whether the changes were made is not known: `tollgate plan` shows what is left to do'),
    );
  }
}
