import type { EntityKind } from '@tollgate/schema';
import { Arg, Args, Ctx, Extensions, Query, Resolver } from 'type-graphql';
import { entityQueryRule } from '../../access/field-policy.ts';
import { isStorable } from '../../change-set/declaration-problems.ts';
import { ACCESS_EXTENSION } from '../access/enforce-access.ts';
import { AS_OF_DESCRIPTION, AsOf, revisionAsOf } from '../as-of.ts';
import {
  type CountedPage,
  checkFirst,
  createCountedConnectionType,
  fromCursor,
  PageArgs,
  toCursor,
  toPage,
} from '../connection.ts';
import type { GraphQLContext } from '../context.ts';
import { namesOf } from './entity-names.ts';
import { type EntityNode, nodeTypes } from './entity-types.ts';
import { openPersonal } from './personal-reader.ts';
import { toNode } from './to-node.ts';

/** The two queries that every kind of entity has: one by name, and all in pages by name. */
export function createEntityQueries(kind: EntityKind) {
  const { type, one, many } = namesOf(kind);
  const nodeType = nodeTypes[kind];
  const Connection = createCountedConnectionType(nodeType, type);

  @Resolver()
  class EntityQueries {
    @Extensions({ [ACCESS_EXTENSION]: entityQueryRule })
    @Query(() => nodeType, {
      name: one,
      nullable: true,
      description: `The ${type} of this name; null if there is none.`,
    })
    async one(
      @Arg('name', () => String) name: string,
      @Arg('asOf', () => AsOf, { nullable: true, description: AS_OF_DESCRIPTION }) asOf: AsOf | null | undefined,
      @Ctx() context: GraphQLContext,
    ): Promise<EntityNode | null> {
      const revision = await revisionAsOf(context.db, asOf);
      const found = isStorable(name) ? await context.entities.one(kind, name, revision) : undefined;
      return found ? toNode(found, await openPersonal(context, [found])) : null;
    }

    @Extensions({ [ACCESS_EXTENSION]: entityQueryRule })
    @Query(() => Connection, { name: many, description: `All ${many}, by name.` })
    async many(
      @Args(() => PageArgs) page: PageArgs,
      @Arg('asOf', () => AsOf, { nullable: true, description: AS_OF_DESCRIPTION }) asOf: AsOf | null | undefined,
      @Ctx() context: GraphQLContext,
    ): Promise<CountedPage<EntityNode>> {
      const { db, entities } = context;
      const revision = await revisionAsOf(db, asOf);
      const first = checkFirst(page.first);
      const after = fromCursor(page.after);
      const rows = await entities.page(kind, { first: first + 1, after, revision });
      const readPersonal = await openPersonal(context, rows);
      const edges = toPage(rows, page, (row) => ({ cursor: toCursor(row.name), node: toNode(row, readPersonal) }));
      return { ...edges, countAll: () => entities.count(kind, revision) };
    }
  }
  return EntityQueries;
}
