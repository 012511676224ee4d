import { z } from 'zod';
import type { GraphqlClient } from './graphql-client.ts';
import { connectionOf, type Listed, PAGE_INFO, requestAll } from './pages.ts';
import { changeSource, PLAN_FIELDS, plan } from './plan-answer.ts';

export const draftStatuses = ['open', 'committed', 'discarded', 'expired'] as const;
export type DraftStatus = (typeof draftStatuses)[number];

const status = z.string().toLowerCase().pipe(z.enum(draftStatuses));

export const draft = z.object({
  id: z.string(),
  title: z.string(),
  proposedBy: z.string(),
  source: changeSource,
  /** Instants as ISO text. */
  proposedAt: z.string(),
  expiresAt: z.string(),
  baseRevision: z.number(),
  status,
  closedBy: z.string().nullable(),
  closedAt: z.string().nullable(),
  /** The revision that it was committed as. */
  revision: z.number().nullable(),
  approvals: z.array(z.object({ approver: z.string(), at: z.string() })),
});
/** Changes that somebody proposed for others to review. */
export type Draft = z.infer<typeof draft>;

/** `plan` is null if the draft is closed: what it held is gone then. */
const review = z.object({ draft, plan: plan.nullable() });
export type DraftReview = z.infer<typeof review>;

export const DRAFT_FIELDS = `id title proposedBy source proposedAt expiresAt baseRevision status closedBy closedAt revision
  approvals { approver at }`;

const listOperation = {
  text: `query Drafts($first: Int!, $after: String, $status: DraftStatus) {
    drafts(first: $first, after: $after, status: $status) { edges { node { ${DRAFT_FIELDS} } } ${PAGE_INFO} } }`,
  answer: z.object({ drafts: connectionOf(draft) }),
};
const reviewOperation = {
  text: `query Review($id: String!) { reviewDraft(id: $id) { draft { ${DRAFT_FIELDS} } plan { ${PLAN_FIELDS} } } }`,
  answer: z.object({ reviewDraft: review.nullable() }),
};

/** Drafts that may be seen, newest first, at most `limit` of them; without a status, all. */
export const requestDrafts = (
  client: GraphqlClient,
  { status: wanted, limit }: { readonly status: DraftStatus | undefined; readonly limit: number },
): Promise<Listed<Draft>> => requestAll(client, listOperation, { variables: { status: wanted?.toUpperCase() }, limit });

/** A draft with what it would do now; undefined if there is none that may be seen. */
export async function requestReview(client: GraphqlClient, id: string): Promise<DraftReview | undefined> {
  const { reviewDraft } = await client.request(reviewOperation, { id });
  return reviewDraft ?? undefined;
}
