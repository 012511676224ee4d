import type { EntityKind } from '@tollgate/schema';
import { z } from 'zod';
import type { CommitOptions } from './change-set.ts';
import { toGraphqlKind } from './entity-kind.ts';
import type { GraphqlClient } from './graphql-client.ts';
import { COMMIT_FIELDS, type Commit, commit, PLAN_FIELDS, type Plan, plan } from './plan-answer.ts';

const planOperation = {
  text: `query PlanRollback($input: RollbackInput!) { planRollback(input: $input) { ${PLAN_FIELDS} } }`,
  answer: z.object({ planRollback: plan }),
};
const commitOperation = {
  text: `mutation Rollback($input: RollbackInput!) { rollback(input: $input) { ${COMMIT_FIELDS} } }`,
  answer: z.object({ rollback: commit }),
};

export type RollbackTarget = {
  readonly revision: number;
  /** Left out, everything goes back. */
  readonly entities?: readonly { readonly kind: EntityKind; readonly name: string }[] | undefined;
};

/** What going back would do now; changes nothing. */
export async function requestRollbackPlan(client: GraphqlClient, target: RollbackTarget): Promise<Plan> {
  const { planRollback } = await client.request(planOperation, { input: toRollbackInput(target, {}) });
  return planRollback;
}

/** Goes back, by a new revision. */
export async function requestRollback(
  client: GraphqlClient,
  target: RollbackTarget,
  options: CommitOptions,
): Promise<Commit> {
  const { rollback } = await client.request(commitOperation, { input: toRollbackInput(target, options) });
  return rollback;
}

export function toRollbackInput(
  { revision, entities }: RollbackTarget,
  options: CommitOptions,
): Readonly<Record<string, unknown>> {
  const chosen = entities?.map(({ kind, name }) => ({ kind: toGraphqlKind(kind), name }));
  return { to: { revision }, ...(chosen && { entities: chosen }), source: 'CLI', ...options };
}
