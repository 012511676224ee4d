import { type Connection, openConnection } from './connection.ts';
import { createDeadlines } from './deadlines.ts';
import type { WriteBurst } from './write-burst.ts';

const IDLE_MS = 4_000;

/** The connections to one origin. Their number is bounded by the requests in flight, which the edge bounds. */
export type ConnectionPool = {
  /** The one that was used last among the idle, else a new one. */
  take(): Connection;
  /** A new one, whatever is idle. */
  open(): Connection;
  close(): void;
};

export function createConnectionPool(origin: URL, burst: WriteBurst): ConnectionPool {
  const all = new Set<Connection>();
  const idle: Connection[] = [];
  const deadlines = createDeadlines();

  function onClosed(connection: Connection): void {
    all.delete(connection);
    const index = idle.indexOf(connection);
    if (index !== -1) idle.splice(index, 1);
  }

  function open(): Connection {
    const connection = openConnection({
      origin,
      burst,
      deadlines,
      idleMs: IDLE_MS,
      onIdle: (free) => void idle.push(free),
      onClosed,
    });
    all.add(connection);
    return connection;
  }

  return {
    take: () => idle.pop() ?? open(),
    open,
    close() {
      for (const connection of all) connection.destroy();
    },
  };
}
