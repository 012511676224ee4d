import { CHANGES_MAX, type ChangeProblem, toWords } from '@tollgate/schema';
import type { Transaction } from 'kysely';
import { type Entity, type EntityId, parseEntityId, toEntityId } from '../aggregate/entity.ts';
import type { Tables } from '../database/tables.ts';
import { type Difference, readDifferences } from '../history/differences.ts';
import { readByIds } from '../projection/read-entities.ts';
import { readLatestRevision } from '../projection/revision-log.ts';
import type { ChangeSetOptions } from './change-request.ts';
import { findRestorable } from './lost-secrets.ts';
import type { PlannedCommand, RestoreCommand } from './planned-command.ts';
import type { Intake } from './take-in.ts';

/** Asks for the configuration, or some entities, to be what they were; it becomes a change set like any other. */
export type RollbackRequest = Omit<ChangeSetOptions, 'owner' | 'takeOver' | 'prune'> & {
  /** A revision that was committed, or 0 for the empty configuration. */
  readonly to: number;
  /** Left out, everything goes back. */
  readonly entities?: readonly EntityId[];
};

/** Finds the commands that lead back: what is there no more is restored, what was not there yet is deleted. */
export async function readRollback(
  trx: Transaction<Tables>,
  { to, entities, ...options }: RollbackRequest,
  fingerprint: string,
): Promise<Intake> {
  const chosen = entities && (await readChosen(trx, to, entities));
  const differences = chosen?.differences ?? (await readAllDifferences(trx, to));
  const restored = await findRestorable(trx, differences.flatMap(toRestore));
  return {
    commands: [...differences.flatMap(toDelete), ...restored.commands.map(toRequested)],
    rejected: new Set(),
    problems: [...(chosen?.problems ?? []), ...restored.problems],
    options,
    fingerprint,
    provenance: { rolledBackTo: to },
  };
}

/** One more than may be changed is enough to refuse. */
async function readAllDifferences(trx: Transaction<Tables>, to: number): Promise<readonly Difference[]> {
  const from = (await readLatestRevision(trx))?.revision ?? 0;
  const found: Difference[] = [];
  for await (const difference of readDifferences(trx, { from, to })) {
    if (found.push(difference) > CHANGES_MAX) break;
  }
  return found;
}

async function readChosen(trx: Transaction<Tables>, to: number, entities: readonly EntityId[]) {
  const ids = [...new Set(entities)];
  const [now, then] = [byId(await readByIds(trx, ids)), byId(await readByIds(trx, ids, { revision: to }))];
  const known = ids.filter((id) => now.has(id) || then.has(id));
  return {
    differences: known.map((id) => ({ id, before: now.get(id), after: then.get(id) })),
    problems: ids.filter((id) => !known.includes(id)).map((id) => refuseUnknown(id, to)),
  };
}

const toRestore = ({ id, after }: Difference): readonly RestoreCommand[] =>
  after ? [{ op: 'restore', ...parseEntityId(id), state: after.state, owner: after.owner }] : [];

/** Whatever lists an entity that goes with the rollback did so then as well. */
const toDelete = ({ id, after }: Difference): readonly PlannedCommand[] =>
  after ? [] : [{ command: { op: 'delete', ...parseEntityId(id) }, cause: 'requested', leavesMentions: true }];

const toRequested = (command: RestoreCommand): PlannedCommand => ({ command, cause: 'requested' });

function refuseUnknown(id: EntityId, to: number): ChangeProblem {
  const { kind, name } = parseEntityId(id);
  const message = `there is no ${toWords(kind)} named ${name}, and there was none at revision ${to}`;
  return { code: 'not_found', message, kind, name };
}

const byId = (entities: readonly Entity[]): ReadonlyMap<EntityId, Entity> =>
  new Map(entities.map((entity) => [toEntityId(entity.kind, entity.name), entity]));
