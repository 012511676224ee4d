import { CHANGES_MAX } from '@tollgate/schema';
import type { Transaction } from 'kysely';
import { type EntityId, parseEntityId } from '../aggregate/entity.ts';
import type { Tables } from '../database/tables.ts';
import { readOwnedIds } from '../projection/read-owned.ts';
import { readUsers } from '../projection/read-users.ts';
import { type ChangeCause, idOf, type PlannedCommand } from './planned-command.ts';
import type { Intake } from './take-in.ts';

/** One more than may be changed is enough to refuse. */
const READ_MAX = CHANGES_MAX + 1;

/**
 * Adds the deletions that a change set asks for without naming what: of what its document owns and does not put (prune), and of
 * what uses a deleted entity (cascade). What the change set says something else of is left to that, and what only mentions a
 * deleted entity stays: a list of models may name one that is gone.
 */
export async function expandDeletes(
  trx: Transaction<Tables>,
  { commands, rejected, options }: Intake,
): Promise<readonly PlannedCommand[]> {
  const named = [...rejected, ...commands.map(idOf)];
  const { owner, prune } = options;
  const owned = prune && owner !== undefined ? await readOwnedIds(trx, owner, { except: named, limit: READ_MAX }) : [];
  const all = [...commands, ...owned.map((id) => deletionOf(id, 'prune', false))];
  return [...all, ...(await readCascade(trx, all, [...named, ...owned]))];
}

async function readCascade(
  trx: Transaction<Tables>,
  commands: readonly PlannedCommand[],
  named: readonly EntityId[],
): Promise<readonly PlannedCommand[]> {
  const found = new Set<EntityId>();
  let targets: readonly EntityId[] = commands.filter(({ cascade }) => cascade).map(idOf);
  while (targets.length > 0 && commands.length + found.size <= CHANGES_MAX) {
    const except = [...named, ...found];
    const users = await readUsers(trx, targets, { except, limitEach: READ_MAX, mentions: false });
    targets = [...new Set([...users.values()].flat())];
    for (const id of targets) found.add(id);
  }
  return [...found].map((id) => deletionOf(id, 'cascade', true));
}

const deletionOf = (id: EntityId, cause: ChangeCause, leavesMentions: boolean): PlannedCommand => ({
  command: { op: 'delete', ...parseEntityId(id) },
  cause,
  leavesMentions,
});
