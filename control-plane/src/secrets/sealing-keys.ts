import type { Keyring } from '@tollgate/schema';
import { type Kysely, sql } from 'kysely';
import type { Tables } from '../database/tables.ts';
import { REPLICA_SILENT_MS_MAX } from '../fleet/node-status.ts';

/** What depends on one sealing key. */
export type SealingKeyUse = {
  readonly keyId: string;
  readonly isCurrent: boolean;
  /** Whether this process has it. */
  readonly isAccepted: boolean;
  /** Data keys that are wrapped with it, perhaps among others. */
  readonly dataKeys: number;
  /** Those of them that are not wrapped with the current sealing key, and would be lost with this one. */
  readonly onlyDataKeys: number;
};

/** As much of a process as has to do with sealing keys; null are those of one that does not say it. */
export type KeyHolder = {
  readonly name: string;
  readonly sealingKeys: readonly string[] | null;
  /** When it was last heard of; undefined while it lives. */
  readonly silentSince: Date | undefined;
  /** Why it could not be asked now, if it could not. */
  readonly silence?: string;
};

/** The sealing keys that this process accepts or that any data key is wrapped with; the current one first. */
export async function readSealingKeyUses(
  db: Kysely<Tables>,
  { current, accepted }: Keyring,
): Promise<readonly SealingKeyUse[]> {
  const { rows } = await sql<{ key_id: string; data_keys: number; only: number }>`
    select key_id, count(*) as data_keys, count(*) filter (where not wraps ? ${current.keyId}) as only
    from data_key, jsonb_object_keys(wraps) as key_id
    group by key_id`.execute(db);
  const counts = new Map(rows.map((row) => [row.key_id, row]));
  const ids = [...new Set([...accepted.map(({ keyId }) => keyId), ...[...counts.keys()].sort()])];
  return ids.map((keyId) => ({
    keyId,
    isCurrent: keyId === current.keyId,
    isAccepted: accepted.some((key) => key.keyId === keyId),
    dataKeys: counts.get(keyId)?.data_keys ?? 0,
    onlyDataKeys: counts.get(keyId)?.only ?? 0,
  }));
}

/** The replicas of the control plane, with the sealing keys that each accepts. */
export async function readReplicaKeys(db: Kysely<Tables>): Promise<readonly KeyHolder[]> {
  const silent = sql<boolean>`seen_at < now() - ${REPLICA_SILENT_MS_MAX} * interval '1 millisecond'`.as('is_silent');
  const rows = await db.selectFrom('replica').select(['id', 'sealing_keys', 'seen_at', silent]).orderBy('id').execute();
  return rows.map(({ id, sealing_keys, seen_at, is_silent }) => ({
    name: `replica ${id} of the control plane`,
    sealingKeys: sealing_keys,
    silentSince: is_silent ? seen_at : undefined,
  }));
}

/** Why a sealing key cannot be taken out of the environments of the processes yet; empty if it can. */
export function findBlockers(
  { isCurrent, onlyDataKeys }: SealingKeyUse,
  current: string,
  holders: readonly KeyHolder[],
): readonly string[] {
  if (isCurrent) return ['it is the current sealing key'];
  const unwrapped = `${onlyDataKeys} data keys are not wrapped with the current sealing key: run \`tollgate sealing-keys rewrap\``;
  const behind = holders.filter(({ sealingKeys }) => !sealingKeys?.includes(current));
  return [...(onlyDataKeys > 0 ? [unwrapped] : []), ...behind.map(toBlocker)];
}

/** Who is silent may come back with the keys that he had, or be gone for good: only operators know. */
function toBlocker({ name, silentSince, silence }: KeyHolder): string {
  if (silence !== undefined) {
    return `${name} ${silence}, so whether it accepts the current sealing key is not known: see to that`;
  }
  if (silentSince === undefined) return `${name} does not accept the current sealing key: restart it with that`;
  return (
    `${name} did not accept the current sealing key when it was last heard of, at ${silentSince.toISOString()}: ` +
    'restart it with that; if it is gone for good, never mind'
  );
}
