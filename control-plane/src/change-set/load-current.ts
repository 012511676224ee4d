import { type EntityKind, entityKinds, type Specs } from '@tollgate/schema';
import { sql, type Transaction } from 'kysely';
import { type Declared, toDeclared } from '../access/declared.ts';
import { definitionOf } from '../aggregate/definitions.ts';
import { type Entity, type EntityId, parseEntityId, toEntityId } from '../aggregate/entity.ts';
import type { Tables } from '../database/tables.ts';
import { readVersions } from '../event-store/append-events.ts';
import { linksOf } from '../projection/entity-links.ts';
import { toEntity } from '../projection/entity-row.ts';
import { readByIds } from '../projection/read-entities.ts';
import { readReachable } from '../projection/read-reachable.ts';
import { readUsers, readUsingEntities } from '../projection/read-users.ts';
import { readLatestRevision } from '../projection/revision-log.ts';
import { takenSecretsOf } from '../virtual-key/taken-secrets.ts';
import type { Current } from './current.ts';
import { idOf, isDeclaring, type PlannedCommand } from './planned-command.ts';
import { type Redeclared, readTenancy } from './tenancy/read-tenancy.ts';

/** Enough to say who is in the way of a deletion; one is enough to refuse. */
const USERS_READ_MAX = 6;

/** Reads what `planChanges` needs to know; a bounded number of queries, however large the configuration is. */
export async function loadCurrent(trx: Transaction<Tables>, commands: readonly PlannedCommand[]): Promise<Current> {
  const touched = commands.map(idOf);
  const named = await readByIds(trx, [
    ...new Set([...touched, ...commands.flatMap(referencesOf), ...commands.flatMap(namesakesOf)]),
  ]);
  const entities = [
    ...named,
    ...(await readTenancy(trx, toRedeclared(commands, named))),
    ...(await readSecretOwners(trx, commands.flatMap(secretHashesOf))),
    ...(await readDependents(trx, commands.filter(isPut))),
    ...(await readFollowed(trx, commands.filter(isPut))),
  ];
  return {
    lastCommit: await readLatestRevision(trx),
    entities: new Map(entities.map((entity) => [toEntityId(entity.kind, entity.name), entity])),
    users: await readUsersOfDeleted(trx, commands),
    versions: await readVersions(trx, touched),
  };
}

/** Who is in the way of a deletion. */
async function readUsersOfDeleted(trx: Transaction<Tables>, commands: readonly PlannedCommand[]) {
  const except = commands.filter(({ command }) => isDeclaring(command.op)).map(idOf);
  const deleted = commands.filter(({ command }) => command.op === 'delete');
  const read = (mentions: boolean) =>
    readUsers(trx, deleted.filter(({ leavesMentions = false }) => leavesMentions !== mentions).map(idOf), {
      except,
      limitEach: USERS_READ_MAX,
      mentions,
    });
  return new Map([...(await read(true)), ...(await read(false))]);
}

const isPut = ({ command }: PlannedCommand): boolean => command.op === 'put' || command.op === 'restore';

/** What a command makes of an entity; what is asked for differs from what is stored only in its secrets. */
function specOf({ command }: PlannedCommand): Specs[EntityKind] | undefined {
  if (command.op === 'restore') return command.state.spec;
  return command.op === 'put' ? (command.intent as Specs[EntityKind]) : undefined;
}

function toRedeclared(commands: readonly PlannedCommand[], known: readonly Entity[]): readonly Redeclared[] {
  const before = new Map(known.map((entity) => [toEntityId(entity.kind, entity.name), toDeclared(entity)]));
  return commands.flatMap((planned) => {
    const spec = specOf(planned);
    const { kind, name } = planned.command;
    return spec ? [{ before: before.get(idOf(planned)), after: { kind, name, spec } as Declared }] : [];
  });
}

/** What it refers to, and what else its rules find. */
function referencesOf(planned: PlannedCommand): readonly EntityId[] {
  const spec = specOf(planned);
  if (!spec) return [];
  const { kind } = planned.command;
  return [...linksOf(kind, spec).refs, ...(definitionOf<EntityKind>(kind).finds?.(spec) ?? [])];
}

/** Those that must not have the same name. */
const namesakesOf = ({ command: { kind, name } }: PlannedCommand): readonly EntityId[] =>
  (definitionOf<EntityKind>(kind).sharesNamesWith ?? []).map((other) => toEntityId(other, name));

/** All that can be reached where rules go from reference to reference. */
function readFollowed(trx: Transaction<Tables>, puts: readonly PlannedCommand[]): Promise<readonly Entity[]> {
  const kinds = new Set(puts.flatMap(({ command }) => definitionOf<EntityKind>(command.kind).follows ?? []));
  const start = puts.flatMap((planned) => {
    const followed = definitionOf<EntityKind>(planned.command.kind).follows;
    return followed ? referencesOf(planned).filter((id) => followed.includes(parseEntityId(id).kind)) : [];
  });
  return readReachable(trx, start, [...kinds]);
}

/** Those whose own rules look at something that is put, and so may hold no longer. */
function readDependents(trx: Transaction<Tables>, puts: readonly PlannedCommand[]): Promise<readonly Entity[]> {
  const targets = puts.filter(({ command }) => dependentKinds(command.kind).length > 0);
  const kinds = new Set(targets.flatMap(({ command }) => dependentKinds(command.kind)));
  return readUsingEntities(trx, targets.map(idOf), [...kinds]);
}

const dependentKinds = (kind: EntityKind): readonly EntityKind[] =>
  entityKinds.filter((other) => definitionOf<EntityKind>(other).looksAt?.includes(kind));

function secretHashesOf(planned: PlannedCommand): readonly string[] {
  const { command } = planned;
  if (command.op === 'restore') return takenSecretsOf(command.kind, command.state);
  if (command.kind !== 'virtual-key' || (command.op !== 'put' && command.op !== 'rotate')) return [];
  const { secret } = command.op === 'put' ? command.intent : command;
  return secret ? [secret.sha256] : [];
}

async function readSecretOwners(trx: Transaction<Tables>, hashes: readonly string[]): Promise<readonly Entity[]> {
  if (hashes.length === 0) return [];
  const keys = trx.selectFrom('entity').selectAll().where('kind', '=', 'virtual-key').where('valid_until', 'is', null);
  const previous = hashes.map((sha256) => JSON.stringify([{ sha256 }]));
  const rows = [
    ...(await keys.where(sql<boolean>`state #>> '{spec,secret,sha256}' = any(${hashes}::text[])`).execute()),
    ...(await keys.where(sql<boolean>`state -> 'previousSecrets' @> any(${previous}::jsonb[])`).execute()),
  ];
  return rows.map(toEntity);
}
