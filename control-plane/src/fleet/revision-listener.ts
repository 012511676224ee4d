import pg from 'pg';
import type { Logger } from 'pino';
import { REVISION_CHANNEL } from '../change-set/commit-plan.ts';

export type RevisionListener = { stop(): Promise<void> };

const RECONNECT_MS = 1_000;
/** A safety net: a notification can be lost with the connection that would have brought it. */
const CATCH_UP_MS = 5_000;

/**
 * Calls `onRevision` soon after each commit of any replica. It listens on a connection of its own, connects again if that
 * breaks, and asks for the newest revision every five seconds and after each connect, so that none is missed for
 * longer. It may call with a revision that was seen before.
 */
export function startRevisionListener(deps: {
  readonly databaseUrl: string;
  readonly logger: Logger;
  readLatest(): Promise<number>;
  onRevision(revision: number): void;
}): RevisionListener {
  const { databaseUrl, logger, readLatest, onRevision } = deps;
  let client: pg.Client | undefined;
  let stopped = false;
  let reconnect: NodeJS.Timeout | undefined;
  const catchUpTimer = setInterval(catchUp, CATCH_UP_MS).unref();
  connect();

  function catchUp(): void {
    readLatest().then(onRevision, () => logger.debug('the newest revision could not be read; trying again'));
  }

  function connect(): void {
    if (stopped) return;
    const next = new pg.Client({
      connectionString: databaseUrl,
      keepAlive: true,
      connectionTimeoutMillis: 5_000,
      application_name: 'tollgate-revision-listener',
    });
    client = next;
    let over = false;
    const again = () => {
      if (over) return;
      over = true;
      next.end().catch(() => {});
      if (!stopped) reconnect = setTimeout(connect, RECONNECT_MS).unref();
    };
    next.on('error', () => again());
    next.on('end', again);
    next.on('notification', ({ payload }) => {
      const revision = Number(payload);
      if (Number.isSafeInteger(revision)) onRevision(revision);
    });
    next
      .connect()
      .then(() => next.query(`listen ${REVISION_CHANNEL}`))
      .then(catchUp)
      .catch(() => {
        logger.warn('cannot listen for revisions; trying again');
        again();
      });
  }

  return {
    async stop() {
      stopped = true;
      clearInterval(catchUpTimer);
      clearTimeout(reconnect);
      await client?.end().catch(() => {});
    },
  };
}
