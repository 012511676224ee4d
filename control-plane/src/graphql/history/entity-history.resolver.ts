import type { EntityKind } from '@tollgate/schema';
import { Arg, Args, Ctx, Query, Resolver } from 'type-graphql';
import { toEntityId } from '../../aggregate/entity.ts';
import { isStorable } from '../../change-set/declaration-problems.ts';
import { readEntityHistory } from '../../history/entity-history.ts';
import { markErasedStates } from '../../history/mark-erased-states.ts';
import { visibleHistory } from '../../history/visible-history.ts';
import { checkFirst, createConnectionType, type Page, PageArgs, toCursor, toPage } from '../connection.ts';
import type { GraphQLContext } from '../context.ts';
import { EntityKindEnum } from '../enums.ts';
import { EntityChangeType, toEntityChangeType } from './entity-change.type.ts';
import { numberOfCursor } from './history-cursor.ts';

const EntityChangeConnection = createConnectionType(EntityChangeType, 'EntityChange');

/** The history of one entity. */
@Resolver()
export class EntityHistoryResolver {
  @Query(() => EntityChangeConnection, {
    description:
      'What happened to an entity, newest first: who did it, through what, why, and what changed. Also of one that is ' +
      'deleted, for who may read everything.',
  })
  async entityHistory(
    @Arg('kind', () => EntityKindEnum, { description: 'Its kind.' }) kind: EntityKind,
    @Arg('name', () => String, { description: 'Its name.' }) name: string,
    @Args(() => PageArgs) page: PageArgs,
    @Ctx() { db, entities }: GraphQLContext,
  ): Promise<Page<EntityChangeType>> {
    const first = checkFirst(page.first);
    const before = numberOfCursor(page.after);
    const id = toEntityId(kind, name);
    const maySee = isStorable(name) ? await visibleHistory(entities, id) : undefined;
    const history = maySee ? await readEntityHistory(db, id, { first: first + 1, before }) : [];
    const rows = await markErasedStates(db, history);
    // Pages are cut before what may not be seen is left out, so that none ends the list too early.
    const { edges, pageInfo } = toPage(rows, page, (row) => ({
      cursor: toCursor(String(row.event.version)),
      node: row,
    }));
    const seen = edges.filter(({ node }) => maySee?.(node));
    return { pageInfo, edges: seen.map(({ cursor, node }) => ({ cursor, node: toEntityChangeType(node) })) };
  }
}
