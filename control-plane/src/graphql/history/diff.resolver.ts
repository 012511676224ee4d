import { Arg, Args, Ctx, Query, Resolver } from 'type-graphql';
import type { EntityId } from '../../aggregate/entity.ts';
import { type Difference, readDifferences } from '../../history/differences.ts';
import { markErasedStates } from '../../history/mark-erased-states.ts';
import { readLatestRevision } from '../../projection/revision-log.ts';
import { AsOf, revisionOf } from '../as-of.ts';
import { checkFirst, createConnectionType, fromCursor, type Page, PageArgs, toCursor, toPage } from '../connection.ts';
import type { GraphQLContext } from '../context.ts';
import { DifferenceType, toDifferenceType } from './difference.type.ts';

const DifferenceConnection = createConnectionType(DifferenceType, 'Difference');

/** Compares any two revisions. */
@Resolver()
export class DiffResolver {
  @Query(() => DifferenceConnection, {
    description:
      'What leads from one revision to another, entity by entity, by kind and name. Either may be the older.',
  })
  async diff(
    @Args(() => PageArgs) page: PageArgs,
    @Arg('from', () => AsOf, { description: 'What is compared.' }) from: AsOf,
    @Arg('to', () => AsOf, { nullable: true, description: 'With what; left out, with the current revision.' })
    to: AsOf | null | undefined,
    @Ctx() { db, entities }: GraphQLContext,
  ): Promise<Page<DifferenceType>> {
    const first = checkFirst(page.first);
    const after = fromCursor(page.after) as EntityId | undefined;
    const span = { from: await revisionOf(db, from, 'from'), to: await revisionOrNow(db, to) };
    const only = { from: await entities.onlyVisible(span.from), to: await entities.onlyVisible(span.to) };
    const rows = await markErasedStates(db, await take(readDifferences(db, span, { after, only }), first + 1));
    return toPage(rows, page, (row) => ({ cursor: toCursor(row.id), node: toDifferenceType(row) }));
  }
}

async function revisionOrNow(db: GraphQLContext['db'], to: AsOf | null | undefined): Promise<number> {
  return to ? await revisionOf(db, to, 'to') : ((await readLatestRevision(db))?.revision ?? 0);
}

async function take(differences: AsyncGenerator<Difference>, count: number): Promise<readonly Difference[]> {
  const taken: Difference[] = [];
  for await (const difference of differences) if (taken.push(difference) === count) break;
  return taken;
}
