import type { PutChange } from '@tollgate/schema';
import { z } from 'zod';
import { graphqlKind } from './entity-kind.ts';
import type { GraphqlClient } from './graphql-client.ts';

const entry = z.object({
  action: z.enum(['CREATE', 'UPDATE', 'DELETE', 'BLOCK', 'UNBLOCK']),
  kind: graphqlKind,
  name: z.string(),
  fields: z.array(z.object({ path: z.string(), before: z.string().nullable(), after: z.string().nullable() })),
});
const problem = z.object({
  code: z.string(),
  message: z.string(),
  kind: graphqlKind.nullable(),
  name: z.string().nullable(),
  path: z.string().nullable(),
});
const plan = z.object({ revision: z.number(), entries: z.array(entry), problems: z.array(problem) });
const commit = plan.extend({
  committed: z.boolean(),
  issuedSecrets: z.array(z.object({ name: z.string(), secret: z.string() })),
});

export type PlanEntry = z.infer<typeof entry>;
/** `before` and `after` are JSON text, null where there is nothing. */
export type FieldChange = PlanEntry['fields'][number];
export type ServerProblem = z.infer<typeof problem>;
export type Plan = z.infer<typeof plan>;
/** If there are problems, nothing was committed; without problems and not committed, there was nothing to change. */
export type Commit = z.infer<typeof commit>;

const ENTRIES = 'entries { action kind name fields { path before after } } problems { code message kind name path }';
const COMMIT = `committed revision ${ENTRIES} issuedSecrets { name secret }`;

const planOperation = {
  text: `query Plan($input: ChangeSetInput!) { planChangeSet(input: $input) { revision ${ENTRIES} } }`,
  answer: z.object({ planChangeSet: plan }),
};
const commitOperation = {
  text: `mutation Commit($input: ChangeSetInput!) { commitChangeSet(input: $input) { ${COMMIT} } }`,
  answer: z.object({ commitChangeSet: commit }),
};
export type CommitOptions = { readonly expectedRevision: number; readonly reason?: string | undefined };

/** What the changes would do now; changes nothing. */
export async function requestPlan(client: GraphqlClient, changes: readonly PutChange[]): Promise<Plan> {
  const input = { changes: changes.map(toChangeInput), source: 'CLI' };
  const { planChangeSet } = await client.request(planOperation, { input }, secretsIn(changes));
  return planChangeSet;
}

/** Commits the changes if nothing else was committed since the expected revision. */
export async function requestCommit(
  client: GraphqlClient,
  changes: readonly PutChange[],
  { expectedRevision, reason }: CommitOptions,
): Promise<Commit> {
  const input = { changes: changes.map(toChangeInput), expectedRevision, source: 'CLI', ...(reason && { reason }) };
  const { commitChangeSet } = await client.request(commitOperation, { input }, secretsIn(changes));
  return commitChangeSet;
}

/** Blocks or unblocks a key at once, whatever else was committed meanwhile. */
export async function requestBlock(client: GraphqlClient, action: 'block' | 'unblock', name: string): Promise<Commit> {
  const change = action === 'block' ? { blockVirtualKey: { name } } : { unblockVirtualKey: { name } };
  const { commitChangeSet } = await client.request(commitOperation, { input: { changes: [change], source: 'CLI' } });
  return commitChangeSet;
}

/** GraphQL's input has one field for each kind of change; exactly one is given. */
function toChangeInput({ kind, name, declaration: spec }: PutChange): Readonly<Record<string, unknown>> {
  switch (kind) {
    case 'provider':
      return { putProvider: { name, spec } };
    case 'model':
      return { putModel: { name, spec } };
    case 'team':
      return { putTeam: { name, spec } };
    case 'virtual-key':
      return { putVirtualKey: { name, spec } };
    default:
      return kind satisfies never;
  }
}

function secretsIn(changes: readonly PutChange[]): readonly string[] {
  return changes.flatMap((change) => {
    if (change.kind === 'provider') return change.declaration.apiKey?.value ?? [];
    if (change.kind !== 'virtual-key') return [];
    const { secret } = change.declaration;
    return secret && 'value' in secret ? secret.value : [];
  });
}
