import type { FleetWatch } from '../fleet/fleet-watch.ts';
import type { NodeStatus } from '../fleet/node-status.ts';
import { createTopic, type Topic } from './topic.ts';

/** Nodes that changed, of all replicas. */
export type NodeFeed = Pick<Topic<NodeStatus>, 'subscribe'>;

/** A node that acknowledges a hundred revisions a second is published this often, as it is by then. */
const PUBLISH_EVERY_MS = 250;

/** Watches the fleet only while somebody subscribed. */
export function createNodeFeed(watch: FleetWatch): NodeFeed {
  const topic = createTopic<NodeStatus>();
  let unwatch: (() => void) | undefined;
  let isDue = false;
  let newest: readonly NodeStatus[] = [];
  /** What was published of each node, or what it was when the first subscription began. */
  let published: Map<string, string> | undefined;

  function see(nodes: readonly NodeStatus[]): void {
    newest = nodes;
    published ??= toVersions(nodes);
    if (isDue) return;
    isDue = true;
    setTimeout(publish, PUBLISH_EVERY_MS).unref();
  }

  function publish(): void {
    isDue = false;
    const before = published;
    published = toVersions(newest);
    for (const node of newest) if (before?.get(node.nodeId) !== toVersion(node)) topic.publish(node);
    if (topic.size() === 0) stop();
  }

  function stop(): void {
    unwatch?.();
    unwatch = undefined;
    published = undefined;
  }

  return {
    subscribe(onOverflow) {
      const items = topic.subscribe(onOverflow);
      unwatch ??= watch.watch(see);
      return items;
    },
  };
}

const toVersions = (nodes: readonly NodeStatus[]): Map<string, string> =>
  new Map(nodes.map((node) => [node.nodeId, toVersion(node)]));

/** What counts as a change: not that time goes by, nor that others commit. */
function toVersion({ state, replica, address, version, revision, connectedAt, lastError }: NodeStatus): string {
  return JSON.stringify([state, replica, address, version, revision, connectedAt, lastError]);
}
