import { type Delta, EMPTY_CHECKSUM, formatChecksum, isSignatureOf, type Keyring } from '@tollgate/schema';
import { ownerOf } from '../config/config-state.ts';
import { type AdoptingStore, type Adoption, adopted, notOnDisk, refusal } from '../config/config-store.ts';
import { createDataKeys } from '../config/data-keys.ts';
import type { DiskCopy } from '../config/disk-copy.ts';
import { verifySnapshot } from '../config/verify-snapshot.ts';
import type { Member } from './member.ts';
import type { Standing } from './messages.ts';

type Follower = Pick<Member, 'order'>;

/**
 * The configuration of a node of several workers. The supervisor holds none of it but where it stands, and the data keys:
 * it verifies signatures and writes the disk copy; workers read that, and verify each delta before they apply it.
 */
export type CrewConfig<Worker extends Follower> = AdoptingStore & {
  /** Brings a worker to the current revision; from then on no revision is acknowledged without it. @returns false if it cannot follow, or is gone */
  bringUp(worker: Worker): Promise<boolean>;
  remove(worker: Worker): void;
};

export type CrewConfigDeps = {
  readonly keyring: Keyring;
  readonly disk: Pick<DiskCopy, 'receive' | 'append' | 'dataKeys'>;
};

type Position = { readonly revision: number; readonly checksum: string };

/** How often a worker that starts reads the whole copy anew, because a snapshot took its place meanwhile. */
const LOADS_MAX = 5;

export function createCrewConfig<Worker extends Follower>({ keyring, disk }: CrewConfigDeps): CrewConfig<Worker> {
  const workers = new Set<Worker>();
  let position: Position = { revision: 0, checksum: formatChecksum(EMPTY_CHECKSUM) };
  let isKnown = false;
  let unopened: readonly string[] = [];
  let dataKeys = createDataKeys(keyring);
  /** Revisions are adopted, and workers admitted, one after the other. */
  let turn: Promise<unknown> = Promise.resolve();
  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = turn.then(work);
    turn = done.catch(() => {});
    return done;
  }

  /** Gives an order to all, and waits until all stand at `wanted`. One that is gone is replaced by one that loads it. */
  async function orderAll(order: Parameters<Follower['order']>[0], wanted: Position): Promise<Adoption> {
    const answers = await Promise.all([...workers].map((worker) => worker.order(order)));
    const standings = answers.filter((standing) => standing !== undefined);
    if (standings.length === 0) return { ok: false, reason: 'no worker runs that could enforce it' };
    for (const standing of standings) {
      if (!standing.ok) return standing;
      if (!isAt(standing, wanted)) return { ok: false, reason: `a worker stays at revision ${standing.revision}` };
      unopened = standing.unopened;
    }
    return { ok: true };
  }

  async function adoptDelta(delta: Delta): Promise<Adoption> {
    if (delta.from !== position.revision)
      return { ok: false, reason: `the delta starts at revision ${delta.from}, this node is at ${position.revision}` };
    if (!isSignatureOf(keyring, delta.to, delta.checksum, delta.signature))
      return { ok: false, reason: `the signature of revision ${delta.to} is wrong` };
    if (delta.from === delta.to)
      return delta.checksum === position.checksum
        ? { ok: true }
        : { ok: false, reason: `the checksum of revision ${delta.to} does not match` };
    const next = { revision: delta.to, checksum: delta.checksum };
    const followed = await orderAll({ type: 'delta', delta }, next); // 1. all workers enforce it
    if (!followed.ok) return followed;
    position = next;
    for (const operation of delta.operations) if (operation.op === 'remove') dataKeys.remove(ownerOf(operation));
    for (const dataKey of delta.dataKeys ?? []) dataKeys.put(dataKey);
    return disk.append(delta, { dataKeys }).then(adopted, notOnDisk); // 2. it is on disk for those that start
  }

  async function adoptSnapshot(lines: AsyncIterable<string>): Promise<Adoption> {
    const incoming = disk.receive();
    const next = createDataKeys(keyring);
    try {
      const verified = await verifySnapshot(lines, keyring, { onDataKey: next.put, keep: incoming.keep });
      return await inTurn(async () => {
        await incoming.commit({ ...verified, dataKeys: next }); // 1. it is on disk
        dataKeys = next;
        position = { revision: verified.revision, checksum: formatChecksum(verified.checksum) };
        return orderAll({ type: 'load', mayFold: false }, position); // 2. all workers enforce it
      });
    } catch (error) {
      await incoming.discard();
      return refusal(error);
    }
  }

  /** The first worker says where the node stands, from what it finds on disk, which it may put in order. */
  async function learnFrom(worker: Worker): Promise<boolean> {
    const standing = await worker.order({ type: 'load', mayFold: true });
    if (!standing?.ok) return false;
    position = standing;
    unopened = standing.unopened;
    for (const wrapped of await disk.dataKeys()) dataKeys.put(wrapped);
    isKnown = true;
    workers.add(worker);
    return true;
  }

  /** While it reads the whole copy others go on; only the deltas of that time are caught up with in a turn of its own. */
  async function catchUp(worker: Worker): Promise<boolean> {
    for (let loads = 0; loads < LOADS_MAX; loads += 1) {
      if (!(await worker.order({ type: 'load', mayFold: false }))?.ok) return false;
      const isAdmitted = await inTurn(async () => {
        const standing = await worker.order({ type: 'catch-up' });
        if (!isAt(standing, position)) return false;
        workers.add(worker);
        return true;
      });
      if (isAdmitted) return true;
    }
    return false;
  }

  return {
    revision: () => position.revision,
    checksum: () => position.checksum,
    unopened: () => unopened,
    adoptDelta: (delta) => inTurn(() => adoptDelta(delta)),
    adoptSnapshot,
    bringUp: (worker) => (isKnown ? catchUp(worker) : inTurn(() => learnFrom(worker))),
    remove: (worker) => void workers.delete(worker),
  };
}

const isAt = (standing: Standing | undefined, { revision, checksum }: Position): boolean =>
  standing?.ok === true && standing.revision === revision && standing.checksum === checksum;
