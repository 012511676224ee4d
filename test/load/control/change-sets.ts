import type { GraphqlClient } from '../../support/graphql.ts';

export type Change = Readonly<Record<string, unknown>>;

export interface Commit {
  readonly committed: boolean;
  readonly revision: number;
  readonly problems: readonly { readonly message: string }[];
}

const COMMIT = `mutation ($input: ChangeSetInput!) { commitChangeSet(input: $input) {
  committed revision problems { message } } }`;

/**
 * Commits changes as one revision.
 * @param more further members of the input, such as `awaitPropagation`
 * @throws Error if they are refused
 */
export async function commit(graphql: GraphqlClient, changes: readonly Change[], more: object = {}): Promise<Commit> {
  const { commitChangeSet } = await graphql<{ commitChangeSet: Commit }>(COMMIT, { input: { changes, ...more } });
  const [problem] = commitChangeSet.problems;
  if (problem !== undefined) throw new Error(`a change set was refused: ${problem.message}`);
  return commitChangeSet;
}

/** Times of one machine that can be compared between its processes, in milliseconds. */
export const monotonicMs = (): number => Number(process.hrtime.bigint()) / 1e6;
