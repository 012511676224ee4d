import type { EntityKind } from '@tollgate/schema';
import { Arg, Args, Ctx, Field, ID, InputType, Query, Resolver } from 'type-graphql';
import { isStorable } from '../../change-set/declaration-problems.ts';
import { readQuotaPage } from '../../quota/read-declared-quotas.ts';
import { checkFirst, createConnectionType, fromCursor, type Page, PageArgs, toCursor, toPage } from '../connection.ts';
import type { GraphQLContext } from '../context.ts';
import { EntityKindEnum } from '../enums.ts';
import { publicError } from '../errors.ts';
import { QuotaType, toQuotaType } from './quota.type.ts';

const IDS_MAX = 1_000;
const QuotaConnection = createConnectionType(QuotaType, 'Quota');

@InputType({ description: 'Lists only quotas that match every field that is set.' })
export class QuotaFilterInput {
  @Field(() => EntityKindEnum, { nullable: true, description: 'The kind of the entity that declares it.' })
  readonly ownerKind?: EntityKind | null;
  @Field(() => String, { nullable: true, description: 'The name of the entity that declares it.' })
  readonly ownerName?: string | null;
  @Field(() => [ID], { nullable: true, description: `Ids of quotas, at most ${IDS_MAX}.` })
  readonly ids?: readonly string[] | null;
}

@Resolver()
export class QuotasResolver {
  @Query(() => QuotaConnection, {
    description:
      'How quotas stand now: those that entities declare which who asks may read, by their owner’s kind and name.',
  })
  async quotas(
    @Args(() => PageArgs) page: PageArgs,
    @Arg('filter', () => QuotaFilterInput, { nullable: true }) filter: QuotaFilterInput | null | undefined,
    @Ctx() { db, entities, quotas }: GraphQLContext,
  ): Promise<Page<QuotaType>> {
    const first = checkFirst(page.first);
    const after = fromCursor(page.after);
    const [kind, name, ids] = [
      filter?.ownerKind ?? undefined,
      filter?.ownerName ?? undefined,
      filter?.ids ?? undefined,
    ];
    if ((ids?.length ?? 0) > IDS_MAX) throw publicError('BAD_USER_INPUT', `ids: at most ${IDS_MAX} are taken`);
    const isPossible = [name ?? '', ...(ids ?? [])].every(isStorable);
    const only = await entities.onlyVisible();
    const declared = isPossible ? await readQuotaPage(db, { only, kind, name, ids }, { first: first + 1, after }) : [];
    const states = await quotas.read(declared);
    return toPage(states, page, (state) => ({ cursor: toCursor(state.quota.id), node: toQuotaType(state) }));
  }
}
