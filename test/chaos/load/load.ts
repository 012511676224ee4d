import { setTimeout as sleep } from 'node:timers/promises';
import { chatRequestBytes } from './chat-request.ts';
import { type Connection, openConnection } from './connection.ts';
import { type Exchange, toOutcome } from './exchange.ts';

export type LoadOptions = {
  readonly gatewayUrl: string;
  readonly secret: string;
  /** One connection for each, which asks for this model alone. */
  readonly models: readonly string[];
  /** From one request of a connection to its next, if its answer is there by then. */
  readonly intervalMs: number;
  /** Each request comes on a connection of its own. */
  readonly isConnectingAnew?: boolean;
};

export type Load = {
  /** All that has ended so far, in the order in which it ended. */
  readonly exchanges: readonly Exchange[];
  /** How often nobody took a connection. */
  connectionsRefused(): number;
  /** Sends nothing new, waits for what is on its way, and closes the connections. */
  stop(): Promise<readonly Exchange[]>;
};

/** Every third request asks for a stream. */
const STREAM_EVERY = 3;
const RECONNECT_MS = 20;

/** Sends requests at a steady pace over kept-alive connections, and connects again whenever one broke, until it is stopped. */
export function startLoad({ gatewayUrl, secret, models, intervalMs, isConnectingAnew = false }: LoadOptions): Load {
  const exchanges: Exchange[] = [];
  let connectionsRefused = 0;
  let isStopping = false;

  async function runLane(model: string, lane: number): Promise<void> {
    const requests = [false, true].map((stream) => chatRequestBytes(secret, model, stream)) as [Buffer, Buffer];
    let connection: Connection | undefined;
    for (let count = lane; !isStopping; count += 1) {
      connection = await connected(connection);
      if (connection === undefined) break;
      const sentAtMs = Date.now();
      const reply = await connection.exchange(requests[count % STREAM_EVERY === 0 ? 1 : 0]);
      const endedAtMs = Date.now();
      exchanges.push({ model, sentAtMs, endedAtMs, outcome: toOutcome(reply) });
      await sleep(Math.max(0, sentAtMs + intervalMs - endedAtMs));
    }
    connection?.close();
  }

  async function connected(current: Connection | undefined): Promise<Connection | undefined> {
    if (current?.isOpen() && !isConnectingAnew) return current;
    current?.close();
    while (!isStopping) {
      const opened = await openConnection(gatewayUrl);
      if (opened !== undefined) return opened;
      connectionsRefused += 1;
      await sleep(RECONNECT_MS);
    }
    return undefined;
  }

  const lanes = models.map(runLane);
  return {
    exchanges,
    connectionsRefused: () => connectionsRefused,
    async stop() {
      isStopping = true;
      await Promise.all(lanes);
      return exchanges;
    },
  };
}
