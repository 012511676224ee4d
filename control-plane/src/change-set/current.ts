import type { Entity, EntityId } from '../aggregate/entity.ts';

export type Commit = {
  readonly revision: number;
  readonly actor: string;
  readonly source: string;
  readonly committedAt: Date;
};

/**
 * As much of the configuration as a change set can touch: the entities it changes, those they refer to, those whose rules
 * look at them, and those that hold a secret it gives.
 */
export type Current = {
  /** Undefined before the first change set. */
  readonly lastCommit: Commit | undefined;
  readonly entities: ReadonlyMap<EntityId, Entity>;
  /** Who uses each entity that is to be deleted, by name and not all if they are many. */
  readonly users: ReadonlyMap<EntityId, readonly EntityId[]>;
  /** Versions of the streams that are touched; a deleted entity has one too. */
  readonly versions: ReadonlyMap<string, number>;
};

export const currentRevision = ({ lastCommit }: Pick<Current, 'lastCommit'>): number => lastCommit?.revision ?? 0;
