import {
  type ChangeProblem,
  dataKeyIdOf,
  type EntityKind,
  personalFields,
  secretFields,
  toWords,
} from '@tollgate/schema';
import type { Transaction } from 'kysely';
import { type EntityId, type EntityState, toEntityId } from '../aggregate/entity.ts';
import { toErased } from '../aggregate/to-erased.ts';
import type { Tables } from '../database/tables.ts';
import { readDataKeys } from '../secrets/data-key-table.ts';
import type { RestoreCommand } from './planned-command.ts';

/** Tells whether a sealed field of an earlier state can be opened by nobody any more. */
type IsLost = (command: RestoreCommand, field: string) => boolean;

export type Restorable = {
  readonly commands: readonly RestoreCommand[];
  readonly problems: readonly ChangeProblem[];
};

/**
 * What of earlier states can come back. A secret that was made unreadable since, because its entity was deleted, cannot:
 * that is a problem. Personal data that was erased stays erased, and the rest comes back without it.
 */
export async function findRestorable(
  trx: Transaction<Tables>,
  commands: readonly RestoreCommand[],
): Promise<Restorable> {
  const isLost = await readLost(trx, commands);
  return {
    commands: commands.map((command) => {
      const { kind, state } = command;
      const isErased = personalFields(kind).some((field) => isLost(command, field));
      return isErased ? { ...command, state: toErased<EntityKind>(kind, state) } : command;
    }),
    problems: commands.flatMap((command) =>
      secretFields(command.kind)
        .filter(({ as, field }) => as === 'sealed' && isLost(command, field))
        .map(({ field }) => refuseLost(command, field)),
    ),
  };
}

async function readLost(trx: Transaction<Tables>, commands: readonly RestoreCommand[]): Promise<IsLost> {
  const sealed = commands.filter(({ kind }) => personalFields(kind).length + secretFields(kind).length > 0);
  const dataKeys = await readDataKeys(trx, sealed.map(idOf));
  return (command, field) => {
    const dataKeyId = dataKeyIdOf(sealedTextOf(command.state, field));
    return dataKeyId !== undefined && dataKeys.get(idOf(command))?.id !== dataKeyId;
  };
}

const idOf = ({ kind, name }: RestoreCommand): EntityId => toEntityId(kind, name);

function sealedTextOf({ spec }: EntityState, field: string): string {
  const fields = spec as Readonly<Record<string, { readonly sealed?: string } | undefined>>;
  return fields[field]?.sealed ?? '';
}

function refuseLost({ kind, name }: RestoreCommand, field: string): ChangeProblem {
  const message =
    `the ${field} of ${toWords(kind)} ${name} was erased for good when it was deleted, so it cannot come back with it; ` +
    'put it anew with its secret, or roll back the other entities by name';
  return { code: 'secret_erased', message, kind, name, path: field };
}
