import { createHash } from 'node:crypto';
import { canonicalJson, type DeclaredQuota, type EntityKind, type Json, parseQuotaId } from '@tollgate/schema';
import { type Kysely, sql, type Transaction } from 'kysely';
import type { SubjectDecision } from '../access/decide-subject.ts';
import type { ChangeSource } from '../change-set/change-request.ts';
import { commitAct } from '../change-set/commit-act.ts';
import { keepAnswer, readAnswer } from '../change-set/idempotency.ts';
import type { Tables } from '../database/tables.ts';
import { lockLog } from '../event-store/append-events.ts';
import { readLatestRevision } from '../projection/revision-log.ts';
import type { Calendar } from './calendar.ts';
import { placeCorrection, placeReset, type SettledSlot, type SlotCorrection } from './place-correction.ts';
import { lockQuotas, recall } from './postgres-lease-store.ts';
import { type QuotaEvent, quotaStream } from './quota-events.ts';
import { readQuotasByIds } from './read-declared-quotas.ts';
import { readSpans } from './read-quota-states.ts';
import type { SlotSpan } from './slot-span.ts';

/** `adjust` gives `amount` back, or takes it if it is negative; `reset` makes nothing spent of what was. */
export type Correction = { readonly op: 'adjust'; readonly amount: number } | { readonly op: 'reset' };

export type CorrectionRequest = {
  readonly id: string;
  readonly correction: Correction;
  readonly reason: string;
  readonly idempotencyKey?: string | undefined;
};

export type ActOrigin = {
  readonly actor: string;
  readonly source: ChangeSource;
  /** Whether who asks may change the limits of an entity; undefined if it is not there for him. */
  authorize(
    entity: { readonly kind: EntityKind; readonly name: string },
    trx: Transaction<Tables>,
  ): Promise<SubjectDecision | undefined>;
};

export type CorrectionResult =
  | {
      readonly kind: 'corrected';
      /** The revision of it, or the current one if there was nothing to do. */
      readonly revision: number;
      /** Null if there was nothing to do. */
      readonly changeSetId: string | null;
      readonly isReplayed: boolean;
    }
  | { readonly kind: 'not found' }
  | Extract<SubjectDecision, { kind: 'forbidden' }>
  | { readonly kind: 'refused'; readonly message: string };

export type CorrectionDeps = {
  readonly db: Kysely<Tables>;
  readonly calendar: Calendar;
  now(): Date;
  newId(): string;
};

/** Half of what a number holds exactly, so that what is held beside it never leads beyond. */
const SETTLED_MAX = Number.MAX_SAFE_INTEGER / 2;

/**
 * Corrects what a quota has settled in its current window, as an event: 1. the log's lock, 2. the authority's lock of the quota, so that nothing is
 * granted on what is no longer so, 3. the event and its revision, 4. the slots. All of it is one transaction.
 */
export function correctQuota(
  deps: CorrectionDeps,
  request: CorrectionRequest,
  origin: ActOrigin,
): Promise<CorrectionResult> {
  return deps.db.transaction().execute(async (trx) => {
    await lockLog(trx);
    const quota = (await readQuotasByIds(trx, [request.id]))[0];
    const owner = quota && parseQuotaId(quota.id);
    const decision = owner && (await origin.authorize(owner, trx));
    if (quota === undefined || decision === undefined) return { kind: 'not found' };
    if (decision.kind === 'forbidden') return decision;
    const known = await answerAgain(trx, request, origin, deps.now());
    return known ?? (await correctOnce(trx, quota, { deps, request, origin }));
  });
}

type Asked = { readonly deps: CorrectionDeps; readonly request: CorrectionRequest; readonly origin: ActOrigin };

async function correctOnce(trx: Transaction<Tables>, quota: DeclaredQuota, asked: Asked): Promise<CorrectionResult> {
  const { deps, request } = asked;
  const { correction } = request;
  if (quota.unit === 'concurrent') {
    const message = `${quota.id} counts requests that are under way, of which none is spent: there is nothing to correct`;
    return { kind: 'refused', message };
  }
  const nowMs = await lockQuotas(trx, [quota.id]);
  const span = (await readSpans(trx, deps.calendar, [quota], nowMs)).get(quota.id);
  if (span === undefined) throw new Error(`nothing is known of ${quota.id}`);
  const settled = await readSettledSlots(trx, quota.id, span);
  const event = decide(correction, settled, span.slot);
  if (event.data.slots.length === 0) {
    const revision = (await readLatestRevision(trx))?.revision ?? 0;
    return { kind: 'corrected', revision, changeSetId: null, isReplayed: false };
  }
  const total = [...settled.map((slot) => slot.settled), ...event.data.slots.map(({ amount }) => amount)];
  if (Math.abs(total.reduce((sum, amount) => sum + amount, 0)) > SETTLED_MAX) {
    return { kind: 'refused', message: 'so much can not be counted; adjust by less' };
  }
  const revision = await commit(trx, quota.id, event, asked);
  return { kind: 'corrected', isReplayed: false, ...revision };
}

function decide(correction: Correction, settled: readonly SettledSlot[], slot: number): QuotaEvent {
  if (correction.op === 'reset') return { type: 'QuotaReset', data: { slots: placeReset(settled) } };
  const { amount } = correction;
  return { type: 'QuotaAdjusted', data: { amount, slots: placeCorrection(amount, settled, slot) } };
}

async function commit(
  trx: Transaction<Tables>,
  id: string,
  { type, data }: QuotaEvent,
  { deps, request, origin }: Asked,
): Promise<{ readonly revision: number; readonly changeSetId: string | null }> {
  const { actor, source } = origin;
  const { reason, idempotencyKey } = request;
  const changeSetId = deps.newId();
  const recordedAt = deps.now();
  const metadata = { changeSetId, actor, source, reason, ...(idempotencyKey !== undefined && { idempotencyKey }) };
  const event = { type, data: data as unknown as Json };
  const revision = await commitAct(trx, { streamId: quotaStream(id), event }, { metadata, recordedAt });
  await writeCorrections(trx, id, data.slots);
  // What was taken may lie idle at nodes.
  await recall(trx, [id]);
  if (idempotencyKey !== undefined) {
    const answer = { fingerprint: fingerprintOf(request), changeSetId, revision };
    await keepAnswer(trx, { actor, key: idempotencyKey }, answer, recordedAt);
  }
  return { revision, changeSetId };
}

/** What is settled in each slot of the window in which anything is, oldest first. */
async function readSettledSlots(
  trx: Transaction<Tables>,
  id: string,
  { fromSlot }: SlotSpan,
): Promise<readonly SettledSlot[]> {
  const { rows } = await sql<SettledSlot>`
    select slot, sum(settled)::bigint as settled from (
      select slot, spent as settled from quota_lease where quota_id = ${id} and slot >= ${fromSlot}
      union all
      select slot, settled + adjusted from quota_slot where quota_id = ${id} and slot >= ${fromSlot}
    ) as part
    group by slot having sum(settled) <> 0 order by slot`.execute(trx);
  return rows;
}

async function writeCorrections(
  trx: Transaction<Tables>,
  id: string,
  corrections: readonly SlotCorrection[],
): Promise<void> {
  await sql`
    insert into quota_slot (quota_id, slot, settled, refused, adjusted)
    select ${id}, slot, 0, 0, amount
    from jsonb_to_recordset(${canonicalJson(corrections.map((one): Json => ({ ...one })))}::jsonb)
      as correction (slot bigint, amount bigint)
    on conflict (quota_id, slot) do update set adjusted = quota_slot.adjusted + excluded.adjusted`.execute(trx);
}

async function answerAgain(
  trx: Transaction<Tables>,
  request: CorrectionRequest,
  { actor }: ActOrigin,
  now: Date,
): Promise<CorrectionResult | undefined> {
  const { idempotencyKey: key } = request;
  const known = key === undefined ? undefined : await readAnswer(trx, { actor, key }, now);
  if (known === undefined) return undefined;
  const { revision, changeSetId } = known;
  if (known.fingerprint === fingerprintOf(request))
    return { kind: 'corrected', revision, changeSetId, isReplayed: true };
  const message = `the idempotency key ${key} was used for another request, which is at revision ${revision}; take a new key`;
  return { kind: 'refused', message };
}

const fingerprintOf = ({ id, correction, reason }: CorrectionRequest): string =>
  createHash('sha256')
    .update(canonicalJson({ id, correction: { ...correction }, reason }))
    .digest('hex');
