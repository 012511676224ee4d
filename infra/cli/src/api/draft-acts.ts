import { z } from 'zod';
import { type CommitOptions, type SentChangeSet, toChangeSetInput } from './change-set.ts';
import { DRAFT_FIELDS, draft } from './drafts.ts';
import type { GraphqlClient } from './graphql-client.ts';
import { COMMIT_FIELDS, type Commit, commit, PLAN_FIELDS, PROBLEMS_FIELDS, plan, problem } from './plan-answer.ts';
import { type RollbackTarget, toRollbackInput } from './rollback.ts';

/** What is proposed: changes, or to go back to a revision. */
export type Proposal =
  | {
      readonly op: 'change-set';
      readonly changeSet: SentChangeSet;
      readonly options: Pick<CommitOptions, 'unchangedSince'>;
      /** The values within that no message may repeat. */
      readonly secrets: readonly string[];
    }
  | { readonly op: 'rollback'; readonly target: RollbackTarget };

/** `draft` is null if it was refused, or if there is none. */
const acted = z.object({ draft: draft.nullable(), problems: z.array(problem) });
export type Acted = z.infer<typeof acted>;

const proposed = acted.extend({ plan });
export type Proposed = z.infer<typeof proposed>;

const ACTED = `draft { ${DRAFT_FIELDS} } ${PROBLEMS_FIELDS}`;

const proposeOperation = {
  text: `mutation Propose($input: ProposeDraftInput!) { proposeDraft(input: $input) { ${ACTED} plan { ${PLAN_FIELDS} } } }`,
  answer: z.object({ proposeDraft: proposed }),
};
const approveOperation = {
  text: `mutation Approve($id: String!, $onBase: Revision) { approveDraft(id: $id, onBase: $onBase) { ${ACTED} } }`,
  answer: z.object({ approveDraft: acted }),
};
const rebaseOperation = {
  text: `mutation Rebase($id: String!) { rebaseDraft(id: $id) { ${ACTED} } }`,
  answer: z.object({ rebaseDraft: acted }),
};
const discardOperation = {
  text: `mutation Discard($id: String!) { discardDraft(id: $id) { ${ACTED} } }`,
  answer: z.object({ discardDraft: acted }),
};
const commitOperation = {
  text: `mutation CommitDraft($id: String!, $input: CommitDraftInput) {
    commitDraft(id: $id, input: $input) { ${COMMIT_FIELDS} } }`,
  answer: z.object({ commitDraft: commit }),
};

/** Keeps changes for others to review. */
export async function requestProposal(client: GraphqlClient, title: string, proposal: Proposal): Promise<Proposed> {
  const secrets = proposal.op === 'change-set' ? proposal.secrets : [];
  const { proposeDraft } = await client.request(proposeOperation, { input: { title, ...toInput(proposal) } }, secrets);
  return proposeDraft;
}

function toInput(proposal: Proposal): Readonly<Record<string, unknown>> {
  return proposal.op === 'rollback'
    ? { rollback: toRollbackInput(proposal.target, {}) }
    : { changeSet: toChangeSetInput(proposal.changeSet, proposal.options) };
}

/** Agrees to a draft as it was on this base, which is the one that was looked at. */
export async function requestApproval(client: GraphqlClient, id: string, onBase: number): Promise<Acted> {
  return (await client.request(approveOperation, { id, onBase })).approveDraft;
}

/** Lets a draft hold for the current revision, over what was changed since; its approvals go. */
export async function requestRebase(client: GraphqlClient, id: string): Promise<Acted> {
  return (await client.request(rebaseOperation, { id })).rebaseDraft;
}

/** Closes a draft without effect. */
export async function requestDiscard(client: GraphqlClient, id: string): Promise<Acted> {
  return (await client.request(discardOperation, { id })).discardDraft;
}

export type CommitDraftOptions = Pick<CommitOptions, 'reason' | 'awaitPropagation'> & {
  readonly onBase: number;
  readonly overrideApproval?: boolean | undefined;
};

/** Commits a draft as one revision. */
export async function requestDraftCommit(
  client: GraphqlClient,
  id: string,
  options: CommitDraftOptions,
): Promise<Commit> {
  return (await client.request(commitOperation, { id, input: { source: 'CLI', ...options } })).commitDraft;
}
