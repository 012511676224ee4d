import type { Keyring } from '@tollgate/schema';
import { TOLLGATE_VERSION } from '@tollgate/schema';
import type { Kysely } from 'kysely';
import type { Logger } from 'pino';
import { REVISION_CHANNEL } from '../change-set/write-revision.ts';
import type { Tables } from '../database/tables.ts';
import { createNodeFeed, type NodeFeed } from '../live/node-feed.ts';
import { createRevisionFeed, type RevisionFeed } from '../live/revision-feed.ts';
import { readLatestRevision, readRevisionsAfter } from '../projection/revision-log.ts';
import { createCalendar } from '../quota/calendar.ts';
import { linkHolders, noteShipped } from '../quota/holder-store.ts';
import { createPostgresLeaseStore, RECALL_CHANNEL } from '../quota/postgres-lease-store.ts';
import { createQuotaAuthority } from '../quota/quota-authority.ts';
import { createQuotaCatalogue } from '../quota/quota-catalogue.ts';
import { createFleet, type Fleet, type HolderNews } from './fleet.ts';
import { createFleetWatch } from './fleet-watch.ts';
import { createLinkBook } from './link-book.ts';
import { startLinkReporter } from './link-reporter.ts';
import type { LinkRecord } from './node-link-record.ts';
import type { NodeStatus } from './node-status.ts';
import { forgetLongGone, NODE_CHANNEL, readNodes, removeReplica, writeLinks } from './node-table.ts';
import { startNotificationListener } from './notification-listener.ts';
import { createPropagation, type Propagation } from './propagation.ts';
import { createRevisionSource } from './revision-source.ts';

/** The fleet as seen from one replica. */
export type FleetService = Pick<Propagation, 'waitFor'> & {
  readonly links: Pick<Fleet, 'attach'>;
  /** Nodes that are linked to this replica. */
  linked(): readonly LinkRecord[];
  /** Nodes of all replicas. */
  nodes(): Promise<readonly NodeStatus[]>;
  readonly revisionFeed: Pick<RevisionFeed, 'subscribe'>;
  readonly nodeFeed: NodeFeed;
  /** Closes all links, and says so to the other replicas. */
  stop(): Promise<void>;
};

const FORGET_EVERY_MS = 3_600_000;

/**
 * Starts this replica's part of the fleet. Whatever happens through any replica reaches it by notification: new revisions
 * go to the nodes that are linked here, acknowledgements to those who wait here.
 */
export async function startFleet(deps: {
  readonly db: Kysely<Tables>;
  readonly databaseUrl: string;
  readonly keyring: Keyring;
  readonly replicaId: string;
  readonly logger: Logger;
  now(): Date;
  newId(): string;
  onRevision(revision: number): void;
}): Promise<FleetService> {
  const { db, databaseUrl, keyring, replicaId, logger, now, newId, onRevision } = deps;
  const retrying = (error: unknown) =>
    logger.debug({ error }, 'the state of the fleet could not be exchanged; trying again');
  const sealingKeys = keyring.accepted.map(({ keyId }) => keyId);
  const replica = { id: replicaId, version: TOLLGATE_VERSION, sealingKeys, startedAt: now() };
  const book = createLinkBook();
  const reporter = startLinkReporter({
    book,
    write: ({ records, claims }) => writeLinks(db, replica, records, claims),
    onFailure: retrying,
  });
  const source = createRevisionSource(db, keyring);
  const catalogue = createQuotaCatalogue(db);
  const authority = createQuotaAuthority({ store: createPostgresLeaseStore(db, createCalendar()), catalogue });
  const holders: HolderNews = {
    linked: (nodeId, live) => linkHolders(db, nodeId, live),
    shipped: (nodeId, runs, live) => noteShipped(db, nodeId, runs, live),
  };
  const fleet = createFleet({ source, book, authority, holders, onChange: reporter.wake, logger, now, newId });
  const watch = createFleetWatch({ read: () => readNodes(db), onFailure: retrying });
  const readAfter = (request: Parameters<typeof readRevisionsAfter>[1]) => readRevisionsAfter(db, request);
  const revisionFeed = createRevisionFeed({ readAfter, onFailure: retrying });
  const propagation = createPropagation(watch, () => performance.now());
  const forgetting = setInterval(() => forgetLongGone(db).catch(retrying), FORGET_EVERY_MS).unref();

  const announce = (revision: number) => {
    catalogue.forget();
    onRevision(revision);
    fleet.announce(revision);
    revisionFeed.announce(revision);
  };
  const readLatest = async () => announce((await readLatestRevision(db))?.revision ?? 0);
  await readLatest();
  const listener = startNotificationListener({
    databaseUrl,
    logger,
    channels: {
      [REVISION_CHANNEL]: (payload) => {
        if (Number.isSafeInteger(Number(payload))) announce(Number(payload));
      },
      [NODE_CHANNEL]: watch.wake,
      [RECALL_CHANNEL]: (payload) => fleet.recall(JSON.parse(payload)),
    },
    onCatchUp() {
      readLatest().catch(retrying);
      watch.wake();
    },
  });

  return {
    links: fleet,
    linked: book.list,
    nodes: () => readNodes(db),
    revisionFeed,
    nodeFeed: createNodeFeed(watch),
    waitFor: propagation.waitFor,
    async stop() {
      clearInterval(forgetting);
      propagation.endWaits();
      fleet.stop();
      await reporter.stop();
      await removeReplica(db, replicaId).catch(retrying);
      await listener.stop();
    },
  };
}
