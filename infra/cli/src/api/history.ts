import type { EntityKind } from '@tollgate/schema';
import { z } from 'zod';
import { graphqlKind, toGraphqlKind } from './entity-kind.ts';
import type { GraphqlClient } from './graphql-client.ts';
import { connectionOf, type Listed, PAGE_INFO, requestAll } from './pages.ts';
import { changeSource, entryAction, fieldChange } from './plan-answer.ts';

const difference = z.object({
  kind: graphqlKind,
  name: z.string(),
  action: entryAction,
  fields: z.array(fieldChange),
  ownerBefore: z.string().nullable(),
  ownerAfter: z.string().nullable(),
});
/** How an entity differs between two revisions. */
export type Difference = z.infer<typeof difference>;

const entityChange = z.object({
  version: z.number(),
  revision: z.number(),
  action: entryAction,
  fields: z.array(fieldChange),
  actor: z.string(),
  source: changeSource,
  owner: z.string(),
  reason: z.string().nullable(),
  /** An instant as ISO text. */
  at: z.string(),
  rolledBackTo: z.number().nullable(),
  /** Who proposed the draft that was committed; null if it was none. */
  proposedBy: z.string().nullable(),
  approvedBy: z.array(z.string()),
  approvalOverridden: z.boolean(),
});
/** Something that happened to an entity. */
export type EntityChange = z.infer<typeof entityChange>;

const revisionRecord = z.object({
  revision: z.number(),
  actor: z.string(),
  source: changeSource,
  reason: z.string().nullable(),
  committedAt: z.string(),
  hash: z.string(),
});
/** A change set that was committed. */
export type RevisionRecord = z.infer<typeof revisionRecord>;

const WHO_AND_WHY = 'actor source owner reason at rolledBackTo proposedBy approvedBy approvalOverridden';
const FIELDS = 'fields { path before after }';

const diffOperation = {
  text: `query Diff($first: Int!, $after: String, $from: AsOf!, $to: AsOf) {
    diff(first: $first, after: $after, from: $from, to: $to) {
      edges { node { kind name action ${FIELDS} ownerBefore ownerAfter } } ${PAGE_INFO} } }`,
  answer: z.object({ diff: connectionOf(difference) }),
};
const historyOperation = {
  text: `query History($first: Int!, $after: String, $kind: EntityKind!, $name: String!) {
    entityHistory(first: $first, after: $after, kind: $kind, name: $name) {
      edges { node { version revision action ${FIELDS} ${WHO_AND_WHY} } } ${PAGE_INFO} } }`,
  answer: z.object({ entityHistory: connectionOf(entityChange) }),
};
const revisionsOperation = {
  text: `query Revisions($first: Int!, $after: String) { revisions(first: $first, after: $after) {
    edges { node { revision actor source reason committedAt hash } } ${PAGE_INFO} } }`,
  answer: z.object({ revisions: connectionOf(revisionRecord) }),
};

/** What leads from one revision to another; `to` left out is the current one. */
export async function requestDiff(
  client: GraphqlClient,
  { from, to }: { readonly from: number; readonly to?: number | undefined },
  onProgress: (count: number) => void,
): Promise<readonly Difference[]> {
  const variables = { from: { revision: from }, ...(to !== undefined && { to: { revision: to } }) };
  const { nodes } = await requestAll(client, diffOperation, { variables, onProgress });
  return nodes;
}

/** What happened to an entity, newest first. */
export const requestHistory = (
  client: GraphqlClient,
  { kind, name }: { readonly kind: EntityKind; readonly name: string },
  limit: number,
): Promise<Listed<EntityChange>> =>
  requestAll(client, historyOperation, { variables: { kind: toGraphqlKind(kind), name }, limit });

/** All change sets, newest first. */
export const requestRevisions = (client: GraphqlClient, limit: number): Promise<Listed<RevisionRecord>> =>
  requestAll(client, revisionsOperation, { limit });
