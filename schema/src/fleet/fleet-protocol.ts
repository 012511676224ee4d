import { z } from 'zod';
import {
  grantMessage,
  holdersMessage,
  leaseMessage,
  liveHolders,
  recallMessage,
  shippedMessage,
} from '../quota/lease-protocol.ts';
import { delta } from '../snapshot/snapshot.ts';

/**
 * The link between a node and the control plane: JSON messages over one WebSocket that the node dials at `/fleet`, with
 * the internal bearer token. The node opens with `hello`; the control plane answers with a `delta` (also an empty one, to
 * say 'you are current') or with `pull`, on which the node fetches the snapshot over HTTP. Each new revision is sent as
 * one of the two. The node answers each with `ack` or `nack`.
 */
export const FLEET_PATH = '/fleet';
/** GET with the internal bearer token; answers the newest snapshot as lines of JSON. */
export const SNAPSHOT_PATH = '/fleet/snapshot';
export const FLEET_PROTOCOL_VERSION = 1;

export const nodeMessage = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('hello'),
    protocol: z.literal(FLEET_PROTOCOL_VERSION),
    nodeId: z.string().min(1).max(128),
    /** 0 if the node has nothing. */
    revision: z.int().min(0),
    checksum: z.string(),
    /** Where the node serves, for people to read. */
    address: z.string().max(500),
    /** Of the node's software; older nodes do not say it. */
    version: z.string().max(100).optional(),
    /** Ids of the sealing keys that the node accepts, the current one first. */
    sealingKeys: z.array(z.string().max(64)).max(100).optional(),
    /** The node has sealed values without their data keys, such as after a crash, and needs a snapshot. */
    lacksDataKeys: z.boolean().optional(),
    /** Runs of the node that hold leases of quotas and go on; all others of it have ended. Older nodes do not say it. */
    holders: liveHolders.optional(),
  }),
  z.object({
    type: z.literal('ack'),
    revision: z.int().min(0),
    checksum: z.string(),
    /** What the node cannot use although it enforces the revision. */
    problem: z.string().max(2_000).optional(),
  }),
  z.object({ type: z.literal('nack'), revision: z.int().min(0), reason: z.string().max(2_000) }),
  leaseMessage,
  holdersMessage,
  shippedMessage,
]);
export type NodeMessage = z.infer<typeof nodeMessage>;

export const controlMessage = z.discriminatedUnion('type', [
  z.object({ type: z.literal('delta'), delta }),
  z.object({ type: z.literal('pull'), revision: z.int().min(0) }),
  z.object({ type: z.literal('refused'), reason: z.string() }),
  grantMessage,
  recallMessage,
]);
export type ControlMessage = z.infer<typeof controlMessage>;
