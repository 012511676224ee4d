import type { EntityKind } from '@tollgate/schema';
import type { Transaction } from 'kysely';
import type { EntityId } from '../aggregate/entity.ts';
import type { Tables } from '../database/tables.ts';
import { readByIds } from '../projection/read-entities.ts';
import { readUsingEntities } from '../projection/read-users.ts';
import { readAllowed, readBelow, readPublicNames } from './read-subjects.ts';
import {
  type Change,
  type Declared,
  GROUP_KINDS,
  HOLDER_KINDS,
  idOf,
  isSubject,
  LIMIT_KINDS,
  PUBLIC_KINDS,
  targetsOf,
  type World,
} from './world.ts';

/** So many keys, and what keys belong to, are looked at beside those that the change set itself changes. */
const EXAMINED_MAX = 2_000;

export type LoadedWorld = {
  readonly before: World;
  /** Whom the changes may concern. */
  readonly subjects: readonly EntityId[];
  /** False if they may concern more than were looked at. */
  readonly isComplete: boolean;
};

/** Reads what `findEffects` needs to know of the configuration before the changes: a bounded number of rows. */
export async function loadWorld(trx: Transaction<Tables>, changes: readonly Change[]): Promise<LoadedWorld> {
  const known = changes.flatMap(({ before }) => (before ? [before] : []));
  const limited = await readByIds(trx, [...new Set(changes.flatMap(limitedBy))]);
  const roots = [...changes.filter(isRoot).map(({ id }) => id), ...limited.map(idOf)];
  const near = await readBelow(trx, roots, EXAMINED_MAX + 1);
  const names = changes.filter((change) => PUBLIC_KINDS.has(change.kind) && isExistenceChanged(change));
  const allowed =
    names.length === 0
      ? []
      : await readAllowed(
          trx,
          names.map(({ name }) => name),
          EXAMINED_MAX + 1,
        );
  const subjects = [...known, ...limited, ...near.slice(0, EXAMINED_MAX), ...allowed.slice(0, EXAMINED_MAX)];
  const ids = [...new Set(subjects.map(idOf))].filter(isSubject);
  if (ids.length === 0) return { before: EMPTY, subjects: [], isComplete: true };
  const entities = new Map(subjects.map((one) => [idOf(one), one]));
  await addAbove(trx, entities, changes);
  for (const limit of await readUsingEntities(trx, holdersIn(entities), [...LIMIT_KINDS] as EntityKind[]))
    entities.set(idOf(limit), limit);
  return {
    before: { entities, publicNames: await readPublicNames(trx, PUBLIC_KINDS) },
    subjects: ids,
    isComplete: Math.max(near.length, allowed.length) <= EXAMINED_MAX,
  };
}

const EMPTY: World = { entities: new Map(), publicNames: new Set() };

const isExistenceChanged = ({ before, after }: Change): boolean => (before === undefined) !== (after === undefined);

/** What a limit of its own is set on, before and after. */
function limitedBy({ kind, name, before, after }: Change): readonly EntityId[] {
  if (!LIMIT_KINDS.has(kind)) return [];
  return [before, after && { kind, name, state: after }].flatMap((one) => (one ? targetsOf(one) : []));
}

/** Whether others may feel a change of it through what refers to it. */
const isRoot = ({ kind, before }: Change): boolean =>
  before !== undefined && (HOLDER_KINDS.has(kind) || GROUP_KINDS.has(kind));

const ABOVE = new Set([...HOLDER_KINDS, ...GROUP_KINDS]);

/** Adds what the entities belong to, now and after the changes, up to where nothing is above. */
async function addAbove(
  trx: Transaction<Tables>,
  entities: Map<EntityId, Declared>,
  changes: readonly Change[],
): Promise<void> {
  const asked = new Set(entities.keys());
  const then = changes.flatMap(({ kind, name, after }) => (after ? [{ kind, name, state: after }] : []));
  let level: readonly Declared[] = [...entities.values(), ...then];
  while (level.length > 0) {
    const missing = [...new Set(level.flatMap((one) => targetsOf(one, ABOVE)))].filter((id) => !asked.has(id));
    for (const id of missing) asked.add(id);
    level = await readByIds(trx, missing);
    for (const one of level) entities.set(idOf(one), one);
  }
}

const holdersIn = (entities: ReadonlyMap<EntityId, Declared>): readonly EntityId[] =>
  [...entities.keys()].filter(isSubject);
