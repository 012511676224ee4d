import pg from 'pg';
import type { Logger } from 'pino';

export type NotificationListener = { stop(): Promise<void> };

const RECONNECT_MS = 1_000;
/** A safety net: a notification can be lost with the connection that would have brought it. */
const CATCH_UP_MS = 5_000;

/**
 * Calls the handler of a channel soon after each notification that any replica commits to it. It listens on a connection of
 * its own, connects again if that breaks, and calls `onCatchUp` every five seconds and after each connect, so that nothing
 * is missed for longer.
 */
export function startNotificationListener(deps: {
  readonly databaseUrl: string;
  readonly logger: Logger;
  /** By the channel's name, which goes into SQL as it is. */
  readonly channels: Readonly<Record<string, (payload: string) => void>>;
  onCatchUp(): void;
}): NotificationListener {
  const { databaseUrl, logger, channels, onCatchUp } = deps;
  let client: pg.Client | undefined;
  let stopped = false;
  let reconnect: NodeJS.Timeout | undefined;
  const catchUpTimer = setInterval(onCatchUp, CATCH_UP_MS).unref();
  connect();

  function connect(): void {
    if (stopped) return;
    const next = new pg.Client({
      connectionString: databaseUrl,
      keepAlive: true,
      connectionTimeoutMillis: 5_000,
      application_name: 'tollgate-listener',
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
    next.on('notification', ({ channel, payload }) => channels[channel]?.(payload ?? ''));
    next
      .connect()
      .then(() =>
        next.query(
          Object.keys(channels)
            .map((channel) => `listen ${channel}`)
            .join(';'),
        ),
      )
      .then(onCatchUp)
      .catch(() => {
        logger.warn('cannot listen for notifications; trying again');
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
