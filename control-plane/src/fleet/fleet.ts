import type { NodeMessage } from '@tollgate/schema';
import { nodeMessage } from '@tollgate/schema';
import type { Logger } from 'pino';
import { WebSocket } from 'ws';
import { createNodeLink, type NodeLink } from './node-link.ts';
import { createNodeRegistry, type NodeStatus } from './node-registry.ts';
import type { AnnouncedRevisions } from './revision-source.ts';

export type Fleet = {
  /** Takes over a socket whose bearer token was checked. */
  attach(socket: WebSocket): void;
  /** A revision was committed, here or by another replica. Harmless to repeat. */
  announce(revision: number): void;
  nodes(): readonly NodeStatus[];
  stop(): void;
};

type Connection = { readonly socket: WebSocket; readonly link: NodeLink; nodeId?: string; alive: boolean };

const HEARTBEAT_MS = 10_000;
const HELLO_TIMEOUT_MS = 10_000;
const POLICY_VIOLATION = 1008;
const GOING_AWAY = 1001;

/** All nodes that are linked to this replica. Each stays connected while Postgres is away. */
export function createFleet(deps: {
  readonly source: AnnouncedRevisions;
  readonly logger: Logger;
  now(): Date;
}): Fleet {
  const { source, logger, now } = deps;
  const registry = createNodeRegistry();
  const connections = new Set<Connection>();
  const heartbeat = setInterval(beat, HEARTBEAT_MS).unref();

  /** A link whose last ping was not answered is dead, whatever TCP believes. */
  function beat(): void {
    for (const connection of connections) {
      if (!connection.alive) connection.socket.terminate();
      connection.alive = false;
      if (connection.socket.readyState === WebSocket.OPEN) connection.socket.ping();
    }
  }

  function attach(socket: WebSocket): void {
    const link = createNodeLink({
      source,
      send: (message) => socket.send(JSON.stringify(message)),
      close: (reason) => socket.close(POLICY_VIOLATION, reason),
      onFailure: (error) => logger.warn({ error }, 'could not read what a node needs; trying again'),
    });
    const connection: Connection = { socket, link, alive: true };
    connections.add(connection);
    const helloTimer = setTimeout(() => {
      if (connection.nodeId === undefined) socket.close(POLICY_VIOLATION, 'no hello in time');
    }, HELLO_TIMEOUT_MS).unref();
    socket.on('pong', () => {
      connection.alive = true;
    });
    socket.on('error', (error) => logger.warn({ error, nodeId: connection.nodeId }, 'a node link failed'));
    socket.on('message', (data) => receive(connection, String(data)));
    socket.on('close', (code) => {
      clearTimeout(helloTimer);
      detach(connection, code);
    });
  }

  function receive(connection: Connection, text: string): void {
    const message = parseMessage(text);
    if (!message) return refuse(connection.socket, 'this message is not of the fleet protocol, version 1');
    if (message.type === 'hello') welcome(connection, message);
    else if (connection.nodeId === undefined) return refuse(connection.socket, 'a node says hello first');
    else note(connection.nodeId, message);
    connection.link.receive(message).catch((error) => {
      logger.error({ error }, 'a node link failed');
      connection.socket.close(GOING_AWAY);
    });
  }

  function welcome(connection: Connection, { nodeId, address, revision }: NodeMessage & { type: 'hello' }): void {
    for (const other of connections) {
      if (other === connection || other.nodeId !== nodeId) continue;
      other.socket.close(POLICY_VIOLATION, 'another link of the same node took over');
      connections.delete(other);
    }
    connection.nodeId = nodeId;
    const acknowledgedAt = null;
    registry.add({ nodeId, address, connected: true, revision, connectedAt: now(), acknowledgedAt, lastError: null });
    logger.info({ nodeId, address, revision }, 'a node is linked');
  }

  function note(nodeId: string, message: NodeMessage & { type: 'ack' | 'nack' }): void {
    if (message.type === 'ack') {
      registry.update(nodeId, { revision: message.revision, acknowledgedAt: now(), lastError: null });
    } else {
      registry.update(nodeId, { lastError: message.reason });
      logger.warn({ nodeId, revision: message.revision, reason: message.reason }, 'a node refused a revision');
    }
  }

  function detach(connection: Connection, code: number): void {
    connection.link.stop();
    if (!connections.delete(connection) || connection.nodeId === undefined) return;
    registry.update(connection.nodeId, { connected: false, lastError: `the link was closed (${code})` });
    logger.info({ nodeId: connection.nodeId, code }, 'a node link was closed');
  }

  return {
    attach,
    announce(revision) {
      source.announce(revision);
      for (const { link } of connections) void link.pump();
    },
    nodes: registry.list,
    stop() {
      clearInterval(heartbeat);
      for (const { socket, link } of connections) {
        link.stop();
        socket.close(GOING_AWAY, 'the control plane stops');
      }
    },
  };
}

function parseMessage(text: string): NodeMessage | undefined {
  try {
    return nodeMessage.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

function refuse(socket: WebSocket, reason: string): void {
  socket.send(JSON.stringify({ type: 'refused', reason }));
  socket.close(POLICY_VIOLATION, reason);
}
