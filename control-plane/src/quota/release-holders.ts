import type { ChangeSource } from '../change-set/change-request.ts';
import { commitAct } from '../change-set/commit-act.ts';
import { lockLog } from '../event-store/append-events.ts';
import { readLatestRevision } from '../projection/revision-log.ts';
import type { CorrectionDeps } from './correct-quota.ts';
import { giveUpHolders } from './holder-store.ts';

export type ReleaseRequest = { readonly nodeId: string; readonly reason: string };

export type ReleaseResult = {
  /** The revision of it, or the current one if there was nothing to do. */
  readonly revision: number;
  /** Runs of the node that held something. */
  readonly holders: readonly string[];
};

/**
 * Gives back what a node holds that will not come back, as an event: 1. the log's lock, 2. the leases, 3. the event and its revision, in one transaction.
 * Releasing only makes room, so the authority's locks are not needed.
 */
export function releaseHolders(
  { db, now, newId }: Pick<CorrectionDeps, 'db' | 'now' | 'newId'>,
  { nodeId, reason }: ReleaseRequest,
  { actor, source }: { readonly actor: string; readonly source: ChangeSource },
): Promise<ReleaseResult> {
  return db.transaction().execute(async (trx) => {
    await lockLog(trx);
    const holders = await giveUpHolders(trx, nodeId);
    if (holders.length === 0) return { revision: (await readLatestRevision(trx))?.revision ?? 0, holders };
    const event = { type: 'NodeHoldersReleased', data: { holders: [...holders] } };
    const metadata = { changeSetId: newId(), actor, source, reason };
    const revision = await commitAct(trx, { streamId: `node:${nodeId}`, event }, { metadata, recordedAt: now() });
    return { revision, holders };
  });
}
