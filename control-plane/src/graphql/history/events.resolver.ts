import type { Json } from '@tollgate/schema';
import { Args, Ctx, Field, ID, ObjectType, Query, Resolver } from 'type-graphql';
import { readNewest } from '../../event-store/read-events.ts';
import type { StoredEvent } from '../../event-store/stored-event.ts';
import { showEvent } from '../../history/show-event.ts';
import { readHashes, readLatestRevision, readRevisions } from '../../projection/revision-log.ts';
import { readErasures } from '../../secrets/mark-erased.ts';
import { checkFirst, createConnectionType, type Page, PageArgs, toCursor, toPage } from '../connection.ts';
import type { GraphQLContext } from '../context.ts';
import { DateTimeScalar, JsonScalar, RevisionScalar } from '../scalars.ts';
import { numberOfCursor } from './history-cursor.ts';
import { ProvenanceFields, toProvenance } from './provenance.type.ts';
import { RevisionRecordType, toRevisionRecord } from './revision.type.ts';

@ObjectType('Event', { description: 'Something that happened to the configuration. Nothing but events changes it.' })
class EventType extends ProvenanceFields {
  @Field(() => RevisionScalar, { description: 'Its place in the log, from 1 without a gap.' })
  readonly position!: number;
  @Field(() => String, { description: 'Such as `ModelUpdated`.' })
  readonly type!: string;
  @Field(() => ID, { description: 'The id of the entity that it happened to.' })
  readonly stream!: string;
  @Field(() => JsonScalar, { description: 'What was declared, without secrets.' })
  readonly data!: Json;
  @Field(() => String, { nullable: true, description: 'The idempotency key of the request.' })
  readonly idempotencyKey!: string | null;
  @Field(() => DateTimeScalar, { description: 'When.' })
  readonly recordedAt!: Date;
  @Field(() => String, { description: 'SHA-256 that chains it to the event before.' })
  readonly hash!: string;
}

const EventConnection = createConnectionType(EventType, 'Event');
const RevisionConnection = createConnectionType(RevisionRecordType, 'RevisionRecord');

/** The log of events, and the revision that it leads to. */
@Resolver()
export class HistoryResolver {
  @Query(() => RevisionScalar, { description: 'The current revision.' })
  async revision(@Ctx() { db }: GraphQLContext): Promise<number> {
    return (await readLatestRevision(db))?.revision ?? 0;
  }

  @Query(() => RevisionConnection, { description: 'All revisions with who committed them and why, newest first.' })
  async revisions(
    @Args(() => PageArgs) page: PageArgs,
    @Ctx() { db }: GraphQLContext,
  ): Promise<Page<RevisionRecordType>> {
    const first = checkFirst(page.first);
    const before = numberOfCursor(page.after);
    const rows = await readRevisions(db, { first: first + 1, ...(before !== undefined && { before }) });
    const hashes = await readHashes(
      db,
      rows.map(({ revision }) => revision),
    );
    return toPage(rows, page, (row) => {
      const { revision } = row;
      return { cursor: toCursor(String(revision)), node: toRevisionRecord(row, hashes.get(revision) ?? '') };
    });
  }

  @Query(() => EventConnection, { description: 'The log, newest first.' })
  async events(@Args(() => PageArgs) page: PageArgs, @Ctx() { db }: GraphQLContext): Promise<Page<EventType>> {
    const first = checkFirst(page.first);
    const before = numberOfCursor(page.after);
    const rows = await readNewest(db, { first: first + 1, ...(before !== undefined && { before }) });
    const markErased = await readErasures(
      db,
      rows.map(({ data }) => data),
    );
    return toPage(rows, page, ({ data, ...event }) => ({
      cursor: toCursor(String(event.position)),
      node: toNode({ ...event, data: markErased(data) }),
    }));
  }
}

function toNode(event: StoredEvent): EventType {
  const { position, type, streamId, recordedAt, hash, metadata } = event;
  return {
    ...toProvenance(metadata),
    position,
    type,
    stream: streamId,
    data: showEvent(event),
    idempotencyKey: metadata.idempotencyKey ?? null,
    recordedAt,
    hash,
  };
}
