import type { IncomingMessage } from 'node:http';
import { type Duplex, Readable } from 'node:stream';
import { FLEET_PATH, hashSecret, type Keyring, SNAPSHOT_PATH } from '@tollgate/schema';
import type { FastifyInstance } from 'fastify';
import { WebSocketServer } from 'ws';
import { bearerToken, isTokenOf } from '../access/bearer.ts';
import { type SnapshotPort, streamSnapshot } from '../snapshot/snapshot-lines.ts';
import { createTurnstile } from '../snapshot/turnstile.ts';
import type { Fleet } from './fleet.ts';

const MESSAGE_BYTES_MAX = 64 * 1024;
const LINKS_MAX = 2_000;
/** Each holds a connection of the pool; the rest of it stays free for commits and queries. */
const SNAPSHOTS_AT_ONCE = 3;
const SNAPSHOTS_WAITING_MAX = 1_000;
const SNAPSHOT_TIMEOUT_MS = 600_000;

export type FleetRoutesDeps = { readonly fleet: Fleet; readonly keyring: Keyring; readonly snapshot: SnapshotPort };

/** `GET /fleet` (a WebSocket) and `GET /fleet/snapshot`, both for holders of the internal token only. */
export function addFleetRoutes(app: FastifyInstance, { fleet, keyring, snapshot }: FleetRoutesDeps): void {
  const tokenHash = hashSecret(keyring.internalToken);
  const isNode = ({ headers }: IncomingMessage) => isTokenOf(tokenHash, bearerToken(headers.authorization));
  addLinks(app, fleet, isNode);

  const open = new Set<Readable>();
  // A reader that is slow, or gone without a word, must not keep the process from stopping.
  app.addHook('preClose', async () => {
    for (const body of open) body.destroy();
  });
  const turnstile = createTurnstile(SNAPSHOTS_AT_ONCE, SNAPSHOTS_WAITING_MAX);
  app.get(SNAPSHOT_PATH, async (request, reply) => {
    if (!isNode(request.raw)) return reply.code(401).send({ error: 'the internal bearer token is needed' });
    const leave = await turnstile.enter();
    if (!leave) return reply.code(503).header('retry-after', '5').send({ error: 'too many snapshots at once' });
    if (request.raw.destroyed || reply.raw.destroyed) {
      leave();
      return reply;
    }
    const body = Readable.from(streamSnapshot(snapshot), { objectMode: true, highWaterMark: 2 });
    const timer = setTimeout(() => body.destroy(new Error('the snapshot took too long')), SNAPSHOT_TIMEOUT_MS).unref();
    open.add(body);
    body.once('close', () => {
      open.delete(body);
      clearTimeout(timer);
      leave();
    });
    return reply.type('application/x-ndjson; charset=utf-8').send(body);
  });
}

function addLinks(app: FastifyInstance, fleet: Fleet, isNode: (request: IncomingMessage) => boolean): void {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MESSAGE_BYTES_MAX, perMessageDeflate: false });
  app.server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy());
    const path = request.url?.split('?')[0];
    if (path !== FLEET_PATH) return decline(socket, '404 Not Found');
    if (!isNode(request)) return decline(socket, '401 Unauthorized');
    if (sockets.clients.size >= LINKS_MAX) return decline(socket, '503 Service Unavailable');
    sockets.handleUpgrade(request, socket, head, (link) => fleet.attach(link));
  });
  app.addHook('onClose', async () => {
    for (const link of sockets.clients) link.terminate();
    sockets.close();
  });
}

function decline(socket: Duplex, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
}
