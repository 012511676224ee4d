import type { IncomingMessage } from 'node:http';
import { FLEET_PATH, hashSecret, type Keyring, SNAPSHOT_PATH } from '@tollgate/schema';
import type { FastifyInstance } from 'fastify';
import { bearerToken, isTokenOf } from '../access/bearer.ts';
import { createLineStreams } from '../http/line-streams.ts';
import type { Upgrades } from '../http/upgrades.ts';
import { type SnapshotPort, streamSnapshot } from '../snapshot/snapshot-lines.ts';
import type { Fleet } from './fleet.ts';

/** A node that spends of a thousand quotas reports them in one message. */
const MESSAGE_BYTES_MAX = 4 * 1024 * 1024;
const LINKS_MAX = 2_000;
/** Each holds a connection of the pool; the rest of it stays free for commits and queries. */
const SNAPSHOTS_AT_ONCE = 3;
const SNAPSHOTS_WAITING_MAX = 1_000;
const SNAPSHOT_TIMEOUT_MS = 600_000;

export type FleetRoutesDeps = {
  readonly upgrades: Upgrades;
  readonly links: Pick<Fleet, 'attach'>;
  readonly keyring: Keyring;
  readonly snapshot: SnapshotPort;
};

/** `GET /fleet` (a WebSocket) and `GET /fleet/snapshot`, both for holders of an internal token only. */
export function addFleetRoutes(app: FastifyInstance, { upgrades, links, keyring, snapshot }: FleetRoutesDeps): void {
  const tokenHashes = keyring.internalTokens.map(hashSecret);
  const isNode = ({ headers }: IncomingMessage) =>
    tokenHashes.some((hash) => isTokenOf(hash, bearerToken(headers.authorization)));
  upgrades.route({
    path: FLEET_PATH,
    socketsMax: LINKS_MAX,
    options: { maxPayload: MESSAGE_BYTES_MAX },
    refusal: (request) => (isNode(request) ? undefined : '401 Unauthorized'),
    attach: links.attach,
  });

  const streams = createLineStreams(app, {
    atOnce: SNAPSHOTS_AT_ONCE,
    waitingMax: SNAPSHOTS_WAITING_MAX,
    timeoutMs: SNAPSHOT_TIMEOUT_MS,
  });
  app.get(SNAPSHOT_PATH, async (request, reply) => {
    if (!isNode(request.raw)) return reply.code(401).send({ error: 'the internal bearer token is needed' });
    return await streams.send(request, reply, () => streamSnapshot(snapshot));
  });
}
