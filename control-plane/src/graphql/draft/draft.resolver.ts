import { Arg, Args, Ctx, Mutation, Query, Resolver } from 'type-graphql';
import { isStorable } from '../../change-set/declaration-problems.ts';
import type { Draft, DraftStatus } from '../../draft/draft.ts';
import type { DraftResult } from '../../draft/draft-acts.ts';
import { CommitChangeSetPayload, toPlanType, toProblemType } from '../change-set/change-set.type.ts';
import { commitAndWait, originOf } from '../change-set/commit.ts';
import { checkFirst, createConnectionType, fromCursor, type Page, PageArgs, toCursor, toPage } from '../connection.ts';
import type { GraphQLContext } from '../context.ts';
import { RevisionScalar } from '../scalars.ts';
import { CommitDraftInput, ON_BASE, ProposeDraftInput, toProposed } from './draft.input.ts';
import { DraftPayload, DraftReviewType, DraftStatusEnum, DraftType, ProposeDraftPayload } from './draft.type.ts';

const DraftConnection = createConnectionType(DraftType, 'Draft');

const ID_DESCRIPTION = { description: 'The id of the draft.' };

/** Changes that are proposed, reviewed and approved before they are committed. */
@Resolver()
export class DraftResolver {
  @Query(() => DraftConnection, {
    description:
      'Drafts, the newest first: those one proposed, approved, closed or may commit; all of them for who reads everything.',
  })
  async drafts(
    @Args(() => PageArgs) page: PageArgs,
    @Arg('status', () => DraftStatusEnum, { nullable: true, description: 'Only those; left out, all.' })
    status: DraftStatus | null | undefined,
    @Ctx() context: GraphQLContext,
  ): Promise<Page<Draft>> {
    const filter = { first: checkFirst(page.first) + 1, before: fromCursor(page.after), status: status ?? undefined };
    const drafts = await context.drafts.list(filter, originOf(context, 'api'));
    return toPage(drafts, page, (node) => ({ cursor: toCursor(node.id), node }));
  }

  @Query(() => DraftReviewType, {
    nullable: true,
    description: 'A draft and what it would do now; null if there is none.',
  })
  async reviewDraft(
    @Arg('id', () => String, ID_DESCRIPTION) id: string,
    @Ctx() context: GraphQLContext,
  ): Promise<DraftReviewType | null> {
    const review = isStorable(id) ? await context.drafts.review(id, originOf(context, 'api')) : undefined;
    return review ? { draft: review.draft, plan: review.plan ? toPlanType(review.plan) : null } : null;
  }

  @Mutation(() => ProposeDraftPayload, {
    description: 'Keeps changes for others to review. They must be possible now, but for approvals.',
  })
  async proposeDraft(
    @Arg('input', () => ProposeDraftInput) input: ProposeDraftInput,
    @Ctx() context: GraphQLContext,
  ): Promise<ProposeDraftPayload> {
    const { content, source } = await toProposed(context, input);
    const proposal = { title: input.title, content };
    const { draft, plan, problems } = await context.drafts.propose(proposal, originOf(context, source));
    return { draft: draft ?? null, plan: toPlanType(plan), problems: problems.map(toProblemType) };
  }

  @Mutation(() => DraftPayload, {
    description: 'Agrees to a draft that somebody else proposed. Only who might commit all of it himself may.',
  })
  approveDraft(
    @Arg('id', () => String, ID_DESCRIPTION) id: string,
    @Arg('onBase', () => RevisionScalar, { nullable: true, description: ON_BASE }) onBase: number | null | undefined,
    @Ctx() context: GraphQLContext,
  ): Promise<DraftPayload> {
    return act(context, id, (draft, origin) => context.drafts.approve(draft, origin, onBase ?? undefined));
  }

  @Mutation(() => DraftPayload, {
    description: 'Lets a draft hold for the current revision, over what was changed since; its approvals go.',
  })
  rebaseDraft(
    @Arg('id', () => String, ID_DESCRIPTION) id: string,
    @Ctx() context: GraphQLContext,
  ): Promise<DraftPayload> {
    return act(context, id, context.drafts.rebase);
  }

  @Mutation(() => DraftPayload, { description: 'Closes a draft without effect, and forgets what it held.' })
  discardDraft(
    @Arg('id', () => String, ID_DESCRIPTION) id: string,
    @Ctx() context: GraphQLContext,
  ): Promise<DraftPayload> {
    return act(context, id, context.drafts.discard);
  }

  @Mutation(() => CommitChangeSetPayload, {
    description: 'Commits a draft as one revision. Secrets of new keys are made and shown now.',
  })
  commitDraft(
    @Arg('id', () => String, ID_DESCRIPTION) id: string,
    @Arg('input', () => CommitDraftInput, { nullable: true }) input: CommitDraftInput | null | undefined,
    @Ctx() context: GraphQLContext,
  ): Promise<CommitChangeSetPayload> {
    const { reason, overrideApproval, onBase } = input ?? {};
    const committing = {
      ...(typeof reason === 'string' && { reason }),
      ...(overrideApproval && { overrideApproval }),
      ...(typeof onBase === 'number' && { onBase }),
    };
    return commitAndWait(context, input ?? { source: 'api' }, (origin) =>
      context.drafts.commit(id, committing, origin),
    );
  }
}

async function act(
  context: GraphQLContext,
  id: string,
  carryOut: (id: string, origin: ReturnType<typeof originOf>) => Promise<DraftResult>,
): Promise<DraftPayload> {
  const { draft, problems } = await carryOut(isStorable(id) ? id : '', originOf(context, 'api'));
  return { draft: draft ?? null, problems: problems.map(toProblemType) };
}
