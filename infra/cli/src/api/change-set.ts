import { type EntityKind, type PutChange, toPascalCase } from '@tollgate/schema';
import { z } from 'zod';
import { toGraphqlKind } from './entity-kind.ts';
import type { GraphqlClient } from './graphql-client.ts';
import { COMMIT_FIELDS, type Commit, commit, PLAN_FIELDS, type Plan, plan } from './plan-answer.ts';
import type { Awaiting } from './propagation.ts';

type Named = { readonly kind: EntityKind; readonly name: string };

/** A change as it is sent; whether it is right is said by the control plane. */
export type SentChange =
  | PutChange
  | (Named & { readonly op: 'delete' | 'block' | 'unblock' | 'erase' })
  /** `grace` is a duration for which the secret before is still taken. */
  | { readonly op: 'rotate'; readonly name: string; readonly grace?: string | undefined };

export type SentChangeSet = {
  readonly changes: readonly SentChange[];
  /** The name of the document that declares. */
  readonly owner?: string | undefined;
  readonly takeOver?: boolean | undefined;
  readonly prune?: boolean | undefined;
};

export type CommitOptions = {
  /** Refuses the commit if anything that it changes was changed after this revision. */
  readonly unchangedSince?: number | undefined;
  readonly expectedRevision?: number | undefined;
  /** Sent again with the same key, it is not committed again. */
  readonly idempotencyKey?: string | undefined;
  readonly reason?: string | undefined;
  readonly awaitPropagation?: Awaiting | undefined;
};

const planOperation = {
  text: `query Plan($input: ChangeSetInput!) { planChangeSet(input: $input) { ${PLAN_FIELDS} } }`,
  answer: z.object({ planChangeSet: plan }),
};
const commitOperation = {
  text: `mutation Commit($input: ChangeSetInput!) { commitChangeSet(input: $input) { ${COMMIT_FIELDS} } }`,
  answer: z.object({ commitChangeSet: commit }),
};

/** What the changes would do now; changes nothing. `secrets` are the values within that no message may repeat. */
export async function requestPlan(
  client: GraphqlClient,
  changeSet: SentChangeSet,
  options: Pick<CommitOptions, 'unchangedSince'> = {},
  secrets: readonly string[] = [],
): Promise<Plan> {
  const { planChangeSet } = await client.request(
    planOperation,
    { input: toChangeSetInput(changeSet, options) },
    secrets,
  );
  return planChangeSet;
}

/** Commits all of the changes or none. */
export async function requestCommit(
  client: GraphqlClient,
  changeSet: SentChangeSet,
  options: CommitOptions = {},
  secrets: readonly string[] = [],
): Promise<Commit> {
  const { commitChangeSet } = await client.request(
    commitOperation,
    { input: toChangeSetInput(changeSet, options) },
    secrets,
  );
  return commitChangeSet;
}

/** What is not given is left out, so that the control plane's own default holds. */
export function toChangeSetInput(
  { changes, ...who }: SentChangeSet,
  options: CommitOptions,
): Readonly<Record<string, unknown>> {
  return { changes: changes.map(toChangeInput), source: 'CLI', ...who, ...options };
}

/** GraphQL's input has one field for each kind of change; exactly one is given. */
function toChangeInput(change: SentChange): Readonly<Record<string, unknown>> {
  switch (change.op) {
    case 'put': {
      const { kind, name, declaration, expectedVersion } = change;
      return { put: { kind: toGraphqlKind(kind), name, spec: declaration, expectedVersion } };
    }
    case 'delete':
      return { delete: { kind: toGraphqlKind(change.kind), name: change.name } };
    case 'block':
    case 'unblock':
    case 'erase':
      return { [`${change.op}${toPascalCase(change.kind)}`]: { name: change.name } };
    case 'rotate':
      return { rotateVirtualKey: { name: change.name, grace: change.grace } };
    default:
      return change satisfies never;
  }
}
