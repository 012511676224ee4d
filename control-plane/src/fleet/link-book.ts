import type { LinkRecord } from './node-link-record.ts';

/** The nodes that are linked to this replica, and what of it has yet to be told to the others. */
export type LinkBook = {
  /** A node said hello: this link takes the place of an older one of the same node. */
  open(record: LinkRecord): void;
  /** Does nothing if the node has a newer link by now. */
  update(link: LinkKey, change: Partial<LinkRecord>): void;
  list(): readonly LinkRecord[];
  /** What changed since the last call, or everything. */
  take(what: 'changes' | 'all'): Batch;
  /** What was taken is known to all: links that ended are forgotten. */
  written(batch: Batch): void;
  /** What was taken could not be written, and is taken again. */
  failed(batch: Batch): void;
};

export type LinkKey = Pick<LinkRecord, 'nodeId' | 'linkId'>;

export type Batch = {
  readonly records: readonly LinkRecord[];
  /** Ids of links that nobody was told of yet. */
  readonly claims: readonly string[];
};

/** Links that ended while Postgres was away; beyond this many, the oldest are forgotten, and others see them as unknown. */
const ENDED_MAX = 2_000;

export function createLinkBook(): LinkBook {
  const records = new Map<string, LinkRecord>();
  const changed = new Set<string>();
  const unclaimed = new Set<string>();

  function forgetEnded(): void {
    const ended = [...records.values()].filter(({ leftAt }) => leftAt !== null);
    for (const { nodeId, linkId } of ended.slice(0, Math.max(0, ended.length - ENDED_MAX))) {
      records.delete(nodeId);
      changed.delete(nodeId);
      unclaimed.delete(linkId);
    }
  }

  return {
    open(record) {
      const older = records.get(record.nodeId);
      if (older) unclaimed.delete(older.linkId);
      records.delete(record.nodeId);
      records.set(record.nodeId, record);
      changed.add(record.nodeId);
      unclaimed.add(record.linkId);
    },
    update({ nodeId, linkId }, change) {
      const record = records.get(nodeId);
      if (record?.linkId !== linkId) return;
      records.set(nodeId, { ...record, ...change });
      changed.add(nodeId);
      if (change.leftAt) forgetEnded();
    },
    list: () => [...records.values()],
    take(what) {
      const taken = [...records.values()].filter(({ nodeId }) => what === 'all' || changed.has(nodeId));
      changed.clear();
      return { records: taken, claims: taken.map(({ linkId }) => linkId).filter((id) => unclaimed.has(id)) };
    },
    written(batch) {
      for (const linkId of batch.claims) unclaimed.delete(linkId);
      for (const record of batch.records) {
        if (record.leftAt && records.get(record.nodeId) === record) records.delete(record.nodeId);
      }
    },
    failed(batch) {
      for (const { nodeId } of batch.records) if (records.has(nodeId)) changed.add(nodeId);
    },
  };
}
