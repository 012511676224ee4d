import type { EntityKind } from '@tollgate/schema';
import { Arg, Args, type ClassType, Ctx, Query, Resolver } from 'type-graphql';
import type { Entity } from '../aggregate/entity.ts';
import { isStorable } from '../change-set/declaration-problems.ts';
import { countEntities, readEntities, readEntity } from '../projection/read-entities.ts';
import {
  type CountedPage,
  checkFirst,
  createCountedConnectionType,
  fromCursor,
  PageArgs,
  toCursor,
  toPage,
} from './connection.ts';
import type { GraphQLContext } from './context.ts';

/** The two queries that every kind of entity has: one by name, and all in pages by name. */
export function createEntityResolver<Kind extends EntityKind, Node extends object>(entity: {
  readonly kind: Kind;
  readonly type: string;
  readonly one: string;
  readonly many: string;
  readonly node: ClassType<Node>;
  toNode(entity: Entity<Kind>): Node;
}) {
  const { kind, type, one, many, node, toNode } = entity;
  const Connection = createCountedConnectionType(node, type);

  @Resolver()
  class EntityResolver {
    @Query(() => node, { name: one, nullable: true, description: `The ${type} of this name; null if there is none.` })
    async one(@Arg('name', () => String) name: string, @Ctx() { db }: GraphQLContext): Promise<Node | null> {
      const found = isStorable(name) ? await readEntity(db, kind, name) : undefined;
      return found ? toNode(found) : null;
    }

    @Query(() => Connection, { name: many, description: `All ${many}, by name.` })
    async many(@Args(() => PageArgs) page: PageArgs, @Ctx() { db }: GraphQLContext): Promise<CountedPage<Node>> {
      const first = checkFirst(page.first);
      const after = fromCursor(page.after);
      const rows = await readEntities(db, kind, { first: first + 1, ...(after !== undefined && { after }) });
      const edges = toPage(rows, page, (row) => ({ cursor: toCursor(row.name), node: toNode(row) }));
      return { ...edges, countAll: () => countEntities(db, kind) };
    }
  }
  return EntityResolver;
}
