import { notEnforcedIn } from '@tollgate/schema';
import type { Transaction } from 'kysely';
import { parseEntityId } from '../aggregate/entity.ts';
import type { Tables } from '../database/tables.ts';
import { describeChange } from '../history/describe-change.ts';
import { readDifferences } from '../history/differences.ts';
import { readRevisions } from '../projection/revision-log.ts';
import { type PlanEntry, toPrevious } from './plan-entry.ts';

/** What the change set of a revision did, by kind and name. At most as much as one change set may do. */
export async function readCommittedEntries(trx: Transaction<Tables>, revision: number): Promise<readonly PlanEntry[]> {
  const [previous] = await readRevisions(trx, { first: 1, before: revision });
  const entries: PlanEntry[] = [];
  for await (const difference of readDifferences(trx, { from: previous?.revision ?? 0, to: revision })) {
    const { id, before, after } = difference;
    const change = describeChange(id, before, after);
    if (!change) continue;
    const { action, fields } = change;
    const [owner, last] = [after?.owner ?? null, before ? toPrevious(before) : null];
    const entity = parseEntityId(id);
    const notEnforced = after ? notEnforcedIn(entity.kind, after.state.spec) : [];
    entries.push({ ...entity, action, fields, cause: 'requested', owner, notEnforced, previous: last });
  }
  return entries;
}
