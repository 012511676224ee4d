import { type DeclaredQuota, declaredQuotas, type ModelConfig, type UsageRecord } from '@tollgate/schema';
import type { Kysely } from 'kysely';
import type { EntityReader } from '../access/entity-reader.ts';
import { toSnapshotItem } from '../aggregate/definitions.ts';
import { type Entity, type EntityId, toEntityId } from '../aggregate/entity.ts';
import type { Tables } from '../database/tables.ts';
import { readRevision } from '../projection/revision-log.ts';
import { ownersOf } from '../quota/read-declared-quotas.ts';
import { attemptsOf, servedModelOf } from './attempts.ts';

/** What the configuration said at the revision of a request, as far as the history has it and who asks may read it. */
export type ConfigurationThen = {
  /** Undefined if the history does not have the revision. */
  readonly committedAt: Date | undefined;
  readonly key: Entity<'virtual-key'> | undefined;
  /** That of the key. */
  readonly team: Entity<'team'> | undefined;
  /** The models that were asked for and that it went to, by name. */
  readonly models: ReadonlyMap<string, ModelConfig>;
  /** The quotas that counted it, by id. */
  readonly quotas: ReadonlyMap<string, DeclaredQuota>;
};

export const UNKNOWN_CONFIGURATION: ConfigurationThen = Object.freeze({
  committedAt: undefined,
  key: undefined,
  team: undefined,
  models: new Map(),
  quotas: new Map(),
});

/** Reads it in two statements, and those that find out what may be read. */
export async function readConfigurationThen(
  db: Kysely<Tables>,
  entities: EntityReader,
  record: UsageRecord,
): Promise<ConfigurationThen> {
  const revision = await readRevision(db, record.revision);
  if (revision === undefined) return UNKNOWN_CONFIGURATION;
  const found = await entities.byIds([...new Set(idsOf(record))], record.revision);
  return {
    committedAt: revision.committedAt,
    key: found.find(isKey),
    team: found.filter(isTeam).find(({ name }) => name === record.teamName),
    models: new Map(found.flatMap(toModel)),
    quotas: new Map(
      found
        .flatMap(({ kind, name, state }) => declaredQuotas(kind, name, state.spec))
        .map((quota) => [quota.id, quota]),
    ),
  };
}

/** The key and its team, the models that were asked for and that it went to, and what declares the quotas that counted it. */
function idsOf(record: UsageRecord): readonly EntityId[] {
  const { keyName, teamName, charges, uncharged = [] } = record;
  const models = [servedModelOf(record, record.model), ...attemptsOf(record).map(({ servedModel }) => servedModel)];
  return [
    toEntityId('virtual-key', keyName),
    ...(teamName === '' ? [] : [toEntityId('team', teamName)]),
    ...models.map((name) => toEntityId('model', name)),
    ...ownersOf([...charges.map(({ quota }) => quota), ...uncharged]),
  ];
}

const isKey = (entity: Entity): entity is Entity<'virtual-key'> => entity.kind === 'virtual-key';
const isTeam = (entity: Entity): entity is Entity<'team'> => entity.kind === 'team';

/** As nodes get it: with names, weights and durations resolved. */
function toModel(entity: Entity): readonly (readonly [string, ModelConfig])[] {
  const item = toSnapshotItem(entity);
  return item?.kind === 'model' ? [[item.id, item.value]] : [];
}
