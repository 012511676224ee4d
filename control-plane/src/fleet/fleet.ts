import { setTimeout as sleep } from 'node:timers/promises';
import type { ControlMessage, Delta, NodeMessage } from '@tollgate/schema';
import { FLEET_PROTOCOL_VERSION, type LeaseMessage, nodeMessage, type PastRun } from '@tollgate/schema';
import type { Logger } from 'pino';
import { WebSocket } from 'ws';
import type { QuotaAuthority } from '../quota/quota-authority.ts';
import type { LinkBook } from './link-book.ts';
import { createNodeLink, type NodeLink } from './node-link.ts';
import type { AnnouncedRevisions } from './revision-source.ts';

export type Fleet = {
  /** Takes over a socket whose bearer token was checked. */
  attach(socket: WebSocket): void;
  /** A revision was committed, here or by another replica. Harmless to repeat. */
  announce(revision: number): void;
  /** Holders anywhere are to give back what they have not reserved of these quotas. */
  recall(quotas: readonly string[]): void;
  stop(): void;
};

type Connection = {
  readonly socket: WebSocket;
  readonly link: NodeLink;
  readonly linkId: string;
  nodeId?: string;
  alive: boolean;
  /** Its questions about quotas are dealt with in the order in which they came: one that is overtaken counts no more. */
  leasing: Promise<void>;
  /** What the node said of its runs is written in the order in which it came. */
  news: Promise<void>;
  /** Runs of the node that go on; empty if it does not say. */
  live: readonly string[];
};

/** Takes in which runs of a node go on, and what is on record of those that do not. */
export type HolderNews = {
  linked(nodeId: string, holders: readonly string[]): Promise<void>;
  /** @param live runs of the node that go on */
  shipped(nodeId: string, runs: readonly PastRun[], live: readonly string[]): Promise<void>;
};

type Hello = NodeMessage & { readonly type: 'hello' };
type Answer = NodeMessage & { readonly type: 'ack' | 'nack' };

const HEARTBEAT_MS = 10_000;
const HELLO_TIMEOUT_MS = 10_000;
const PERSIST_AGAIN_MS = 1_000;
const POLICY_VIOLATION = 1008;
const GOING_AWAY = 1001;

/** All nodes that are linked to this replica. Each stays connected while Postgres is away. */
export function createFleet(deps: {
  readonly source: AnnouncedRevisions;
  readonly book: LinkBook;
  readonly authority: Pick<QuotaAuthority, 'lease'>;
  readonly holders: HolderNews;
  /** The book has changed. */
  onChange(): void;
  readonly logger: Logger;
  now(): Date;
  newId(): string;
}): Fleet {
  const { source, book, authority, holders, onChange, logger, now, newId } = deps;
  const toText = createSerializer();
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
      send: (message) => socket.send(toText(message)),
      close: (reason) => socket.close(POLICY_VIOLATION, reason),
      onFailure: (error) => logger.warn({ error }, 'could not read what a node needs; trying again'),
    });
    const nothing = Promise.resolve();
    const connection: Connection = {
      socket,
      link,
      linkId: newId(),
      alive: true,
      leasing: nothing,
      news: nothing,
      live: [],
    };
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
      detach(connection, `the link was closed (${code})`);
    });
  }

  function receive(connection: Connection, text: string): void {
    const message = parseMessage(text);
    if (!message) {
      return refuse(connection.socket, `this message is not of the fleet protocol, version ${FLEET_PROTOCOL_VERSION}`);
    }
    if (message.type === 'hello') welcome(connection, message);
    else if (connection.nodeId === undefined) return refuse(connection.socket, 'a node says hello first');
    else if (message.type === 'lease') return leaseInTurn(connection, connection.nodeId, message);
    else if (message.type === 'holders') return noteLive(connection, connection.nodeId, message.holders);
    else if (message.type === 'shipped') return noteRuns(connection, connection.nodeId, message.runs);
    else note(connection, connection.nodeId, message);
    connection.link.receive(message).catch((error) => {
      logger.error({ error }, 'a node link failed');
      connection.socket.close(GOING_AWAY);
    });
  }

  function leaseInTurn(connection: Connection, nodeId: string, message: LeaseMessage): void {
    connection.leasing = connection.leasing.then(() => lease(connection, nodeId, message));
  }

  /** An answer that cannot be had is asked for again by the node, which counts on nothing but answers. */
  async function lease(connection: Connection, nodeId: string, message: LeaseMessage): Promise<void> {
    const { socket } = connection;
    try {
      const grant = await authority.lease(nodeId, message);
      const { live } = connection;
      // Whoever was taken for ended, by what an older link of the node said, goes on.
      if (!grant && live.includes(message.holder)) noteLive(connection, nodeId, live);
      if (grant && socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(grant));
    } catch (error) {
      logger.warn({ error, nodeId }, 'quotas could not be leased to a node');
    }
  }

  /** What is written late is what was said last, so that nobody who came meanwhile is taken for ended. */
  function noteLive(connection: Connection, nodeId: string, live: readonly string[]): void {
    connection.live = live;
    persist(connection, () => holders.linked(nodeId, connection.live));
  }

  /** It says nothing of those that went on when it was said. */
  function noteRuns(connection: Connection, nodeId: string, runs: readonly PastRun[]): void {
    const { live } = connection;
    persist(connection, () => holders.shipped(nodeId, runs, live));
  }

  /** The node says it once for each link: while Postgres is away it is tried again, until the link ends. */
  function persist(connection: Connection, write: () => Promise<void>): void {
    connection.news = connection.news.then(async () => {
      while (connections.has(connection)) {
        try {
          return await write();
        } catch (error) {
          logger.warn(
            { error, nodeId: connection.nodeId },
            'what a node says of its runs is not written; trying again',
          );
          await sleep(PERSIST_AGAIN_MS, undefined, { ref: false });
        }
      }
    });
  }

  function welcome(connection: Connection, hello: Hello): void {
    const { nodeId, address, version, sealingKeys, revision, checksum, holders: live } = hello;
    for (const other of connections) {
      if (other === connection || other.nodeId !== nodeId) continue;
      other.socket.close(POLICY_VIOLATION, 'another link of the same node took over');
      connections.delete(other);
    }
    connection.nodeId = nodeId;
    const { linkId } = connection;
    const software = { version: version ?? null, sealingKeys: sealingKeys ?? null };
    const known = { nodeId, linkId, address, ...software, revision, checksum };
    book.open({ ...known, connectedAt: now(), acknowledgedAt: null, leftAt: null, lastError: null });
    onChange();
    if (live !== undefined) noteLive(connection, nodeId, live);
    logger.info({ nodeId, address, revision }, 'a node is linked');
  }

  function note({ linkId }: Connection, nodeId: string, message: Answer): void {
    if (message.type === 'ack') {
      const { revision, checksum, problem = null } = message;
      book.update({ nodeId, linkId }, { revision, checksum, acknowledgedAt: now(), lastError: problem });
      if (problem !== null) logger.warn({ nodeId, revision, problem }, 'a node cannot use all of a revision');
    } else {
      book.update({ nodeId, linkId }, { lastError: message.reason });
      logger.warn({ nodeId, revision: message.revision, reason: message.reason }, 'a node refused a revision');
    }
    onChange();
  }

  function detach(connection: Connection, lastError: string): void {
    const { nodeId, linkId, link } = connection;
    link.stop();
    if (!connections.delete(connection) || nodeId === undefined) return;
    book.update({ nodeId, linkId }, { leftAt: now(), lastError });
    onChange();
    logger.info({ nodeId, reason: lastError }, 'a node link ended');
  }

  return {
    attach,
    announce(revision) {
      source.announce(revision);
      for (const { link } of connections) void link.pump();
    },
    recall(quotas) {
      const text = JSON.stringify({ type: 'recall', quotas });
      for (const { socket } of connections) if (socket.readyState === WebSocket.OPEN) socket.send(text);
    },
    stop() {
      clearInterval(heartbeat);
      for (const connection of connections) {
        connection.socket.close(GOING_AWAY, 'the control plane stops');
        detach(connection, 'the control plane that it was linked to stopped');
      }
    },
  };
}

/** Nodes that stand at the same revision are sent the same delta, which is made text once. */
function createSerializer(): (message: ControlMessage) => string {
  const texts = new WeakMap<Delta, string>();
  return (message) => {
    if (message.type !== 'delta') return JSON.stringify(message);
    const text = texts.get(message.delta) ?? JSON.stringify(message);
    texts.set(message.delta, text);
    return text;
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
