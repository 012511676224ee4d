import { Argument } from 'commander';
import { type Draft, type DraftReview, requestReview } from '../api/drafts.ts';
import type { GraphqlClient } from '../api/graphql-client.ts';
import type { Plan } from '../api/plan-answer.ts';
import { describeEnd } from '../rendering/drafts.ts';
import { userError } from '../user-error.ts';

export const draftArgument = (): Argument =>
  new Argument('<id>', 'the id of the draft; `tollgate draft list` shows it');

/** @throws UserError if there is no such draft, or none that may be seen */
export async function loadReview(client: GraphqlClient, id: string): Promise<DraftReview> {
  const review = await requestReview(client, id);
  if (review) return review;
  throw userError(
    `there is no draft ${id}, or none that you may see; \`tollgate draft list\` shows those that you may`,
  );
}

/** @throws UserError as well if the draft is closed */
export async function loadOpenReview(
  client: GraphqlClient,
  id: string,
): Promise<{ readonly draft: Draft; readonly plan: Plan }> {
  const { draft, plan } = await loadReview(client, id);
  if (plan) return { draft, plan };
  throw userError(`draft ${id} is closed: ${describeEnd(draft)}; propose it anew`);
}
