import type { EntityKind, Json } from '@tollgate/schema';
import { Args, Ctx, Field, ID, ObjectType, Query, Resolver } from 'type-graphql';
import { definitionOf } from '../aggregate/definitions.ts';
import { parseEntityId } from '../aggregate/entity.ts';
import { readNewest } from '../event-store/read-events.ts';
import type { StoredEvent } from '../event-store/stored-event.ts';
import { readLatestRevision } from '../projection/revision-log.ts';
import { checkFirst, createConnectionType, fromCursor, type Page, PageArgs, toCursor, toPage } from './connection.ts';
import type { GraphQLContext } from './context.ts';
import { publicError } from './errors.ts';
import { DateTimeScalar, JsonScalar, RevisionScalar } from './scalars.ts';

@ObjectType('Event', { description: 'Something that happened to the configuration. Nothing but events changes it.' })
class EventType {
  @Field(() => RevisionScalar, { description: 'Its place in the log, from 1 without a gap.' })
  readonly position!: number;
  @Field(() => String, { description: 'Such as `ModelUpdated`.' })
  readonly type!: string;
  @Field(() => ID, { description: 'The id of the entity that it happened to.' })
  readonly stream!: string;
  @Field(() => JsonScalar, { description: 'What was declared, without secrets.' })
  readonly data!: Json;
  @Field(() => String, { description: 'Who brought it about.' })
  readonly actor!: string;
  @Field(() => String, { description: 'What it was made through.' })
  readonly source!: string;
  @Field(() => String, { nullable: true, description: 'Why.' })
  readonly reason!: string | null;
  @Field(() => DateTimeScalar, { description: 'When.' })
  readonly recordedAt!: Date;
  @Field(() => ID, { description: 'The change set that it is part of.' })
  readonly changeSetId!: string;
  @Field(() => String, { description: 'SHA-256 that chains it to the event before.' })
  readonly hash!: string;
}

const EventConnection = createConnectionType(EventType, 'Event');

/** The log of events, and the revision that it leads to. */
@Resolver()
export class HistoryResolver {
  @Query(() => RevisionScalar, { description: 'The current revision.' })
  async revision(@Ctx() { db }: GraphQLContext): Promise<number> {
    return (await readLatestRevision(db))?.revision ?? 0;
  }

  @Query(() => EventConnection, { description: 'The log, newest first.' })
  async events(@Args(() => PageArgs) page: PageArgs, @Ctx() { db }: GraphQLContext): Promise<Page<EventType>> {
    const first = checkFirst(page.first);
    const before = toPosition(fromCursor(page.after));
    const rows = await readNewest(db, { first: first + 1, ...(before !== undefined && { before }) });
    return toPage(rows, page, (event) => ({ cursor: toCursor(String(event.position)), node: toNode(event) }));
  }
}

function toPosition(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const position = Number(text);
  if (Number.isSafeInteger(position)) return position;
  throw publicError('BAD_USER_INPUT', 'after is not a cursor of this list; take endCursor of the page before');
}

function toNode({ streamId, metadata, ...event }: StoredEvent): EventType {
  const { changeSetId, actor, source, reason } = metadata;
  const { position, type, recordedAt, hash } = event;
  const data = showData(parseEntityId(streamId).kind, event.data);
  return {
    position,
    type,
    stream: streamId,
    data,
    actor,
    source,
    reason: reason ?? null,
    recordedAt,
    changeSetId,
    hash,
  };
}

/** An event either carries a whole spec or nothing. */
function showData(kind: EntityKind, data: Json): Json {
  const { show } = definitionOf<EntityKind>(kind);
  const isEmpty = data === null || typeof data !== 'object' || Object.keys(data).length === 0;
  return isEmpty ? {} : show(data as unknown as Parameters<typeof show>[0], undefined);
}
