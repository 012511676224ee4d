import { ArgsType, type ClassType, Field, Int, ObjectType } from 'type-graphql';
import { publicError } from './errors.ts';

export const PAGE_MAX = 500;
const PAGE_DEFAULT = 50;

@ObjectType({ description: 'Where a page lies in its list.' })
export class PageInfo {
  @Field(() => Boolean, { description: 'Whether more follow.' })
  readonly hasNextPage!: boolean;
  @Field(() => Boolean, { description: 'Whether the page was asked for after some other.' })
  readonly hasPreviousPage!: boolean;
  @Field(() => String, { nullable: true, description: 'The cursor of the first edge.' })
  readonly startCursor!: string | null;
  @Field(() => String, { nullable: true, description: 'The cursor of the last edge; ask for what follows `after` it.' })
  readonly endCursor!: string | null;
}

@ArgsType()
export class PageArgs {
  @Field(() => Int, { defaultValue: PAGE_DEFAULT, description: 'How many at most, 1 to 500.' })
  readonly first!: number;
  @Field(() => String, { nullable: true, description: 'The `endCursor` of the page before.' })
  readonly after?: string | null;
}

export type Edge<Node> = { readonly cursor: string; readonly node: Node };
export type Page<Node> = { readonly edges: readonly Edge<Node>[]; readonly pageInfo: PageInfo };
export type CountedPage<Node> = Page<Node> & { countAll(): Promise<number> };

/** Makes the Relay connection of a node type: `<name>Connection` with its `<name>Edge`. */
export function createConnectionType<Node extends object>(node: ClassType<Node>, name: string) {
  const EdgeType = createEdgeType(node, name);

  @ObjectType(`${name}Connection`, { description: `A page of ${name} nodes.` })
  class Connection {
    @Field(() => [EdgeType], { description: 'The nodes with their cursors.' })
    readonly edges!: readonly Edge<Node>[];
    @Field(() => PageInfo, { description: 'Where the page lies.' })
    readonly pageInfo!: PageInfo;
  }
  return Connection;
}

/** The same with the number of all nodes, which is counted only if it is asked for. */
export function createCountedConnectionType<Node extends object>(node: ClassType<Node>, name: string) {
  const EdgeType = createEdgeType(node, name);

  @ObjectType(`${name}Connection`, { description: `A page of ${name} nodes.` })
  class CountedConnection {
    @Field(() => [EdgeType], { description: 'The nodes with their cursors.' })
    readonly edges!: readonly Edge<Node>[];
    @Field(() => PageInfo, { description: 'Where the page lies.' })
    readonly pageInfo!: PageInfo;
    readonly countAll!: () => Promise<number>;

    @Field(() => Int, { description: 'How many there are on all pages.' })
    totalCount(): Promise<number> {
      return this.countAll();
    }
  }
  return CountedConnection;
}

function createEdgeType<Node extends object>(node: ClassType<Node>, name: string) {
  @ObjectType(`${name}Edge`, { description: `A ${name} in a page.` })
  class EdgeType {
    @Field(() => String, { description: 'Names this place in the list.' })
    readonly cursor!: string;
    @Field(() => node, { description: 'The node.' })
    readonly node!: Node;
  }
  return EdgeType;
}

/** @throws GraphQLError if the page is out of bounds */
export function checkFirst(first: number): number {
  if (first >= 1 && first <= PAGE_MAX) return first;
  throw publicError('BAD_USER_INPUT', `first must be from 1 to ${PAGE_MAX}`);
}

/** Cuts a page from rows of which one more was read than asked for. */
export function toPage<Row, Node>(
  rows: readonly Row[],
  { first, after }: PageArgs,
  toEdge: (row: Row) => Edge<Node>,
): Page<Node> {
  const edges = rows.slice(0, first).map(toEdge);
  const pageInfo = {
    hasNextPage: rows.length > first,
    hasPreviousPage: after !== null && after !== undefined,
    startCursor: edges[0]?.cursor ?? null,
    endCursor: edges.at(-1)?.cursor ?? null,
  };
  return { edges, pageInfo };
}

export const toCursor = (text: string): string => Buffer.from(text).toString('base64url');

/** @throws GraphQLError if it is none of ours */
export function fromCursor(cursor: string | null | undefined): string | undefined {
  if (cursor === null || cursor === undefined) return undefined;
  const text = Buffer.from(cursor, 'base64url').toString('utf8');
  if (text === '' || toCursor(text) !== cursor || text.includes('\0')) {
    throw publicError('BAD_USER_INPUT', 'after is not a cursor of this list; take endCursor of the page before');
  }
  return text;
}
