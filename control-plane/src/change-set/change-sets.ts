import type { SecretStore } from '../secrets/secret-store.ts';
import { type CarrierDeps, type CommitResult, createCarrier, type ReviewedPlan } from './carry-out.ts';
import type { ChangeOrigin, ChangeSetRequest } from './change-request.ts';
import { createIntakes } from './intakes.ts';
import type { RollbackRequest } from './rollback.ts';

export type ChangeSets = {
  /** What a commit would do now. Changes nothing. */
  plan(request: ChangeSetRequest, origin: ChangeOrigin): Promise<ReviewedPlan>;
  /** All changes as one revision, or none of them. */
  commit(request: ChangeSetRequest, origin: ChangeOrigin): Promise<CommitResult>;
  /** What a rollback would do now. */
  planRollback(request: RollbackRequest, origin: ChangeOrigin): Promise<ReviewedPlan>;
  /** Makes the configuration, or chosen entities, what they were at a revision; a new revision leads there. */
  rollback(request: RollbackRequest, origin: ChangeOrigin): Promise<CommitResult>;
};

export type ChangeSetsDeps = CarrierDeps & { readonly secrets: Pick<SecretStore, 'open' | 'settle'> };

export function createChangeSets(deps: ChangeSetsDeps): ChangeSets {
  const carrier = createCarrier(deps);
  const intakes = createIntakes(deps);
  return {
    plan: (request, origin) => carrier.plan(intakes.ofChangeSet(request), origin),
    commit: (request, origin) => carrier.commit(intakes.ofChangeSet(request), origin),
    planRollback: (request, origin) => carrier.plan(intakes.ofRollback(request), origin),
    rollback: (request, origin) => carrier.commit(intakes.ofRollback(request), origin),
  };
}
