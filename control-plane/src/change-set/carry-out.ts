import type { Kysely, Transaction } from 'kysely';
import { settleAccounts } from '../access/change-guard/settle-accounts.ts';
import type { ApprovalsNeeded } from '../approval-rule/approvals-needed.ts';
import type { Tables } from '../database/tables.ts';
import { type ChangeEffects, readEffects, tellEffects } from '../effects/change-effects.ts';
import { type NamedInVain, readNamedInVain } from '../effects/read-named-in-vain.ts';
import { lockLog } from '../event-store/append-events.ts';
import type { CommitMetadata } from '../event-store/stored-event.ts';
import { checkProjectionVersion } from '../projection/rebuild/projection-version.ts';
import type { SecretStore } from '../secrets/secret-store.ts';
import type { ChangeOrigin, Problems } from './change-request.ts';
import { commitPlan } from './commit-plan.ts';
import { type IdempotentRequest, keepAnswer, readAnswer } from './idempotency.ts';
import type { IssuedSecret } from './plan-changes.ts';
import { type PlanEntry, toPlanEntry } from './plan-entry.ts';
import { prepare } from './prepare.ts';
import { readCommittedEntries } from './read-committed-entries.ts';
import type { Intake } from './take-in.ts';

export type ChangeSetPlan = {
  /** The revision that the plan holds for. */
  readonly revision: number;
  readonly entries: readonly PlanEntry[];
  readonly problems: Problems;
};

/** What a change set would do, with what that means for keys and for what they belong to. */
export type ReviewedPlan = ChangeSetPlan & {
  readonly effects: ChangeEffects;
  /** What others than who proposes it have to approve. */
  readonly approvals: ApprovalsNeeded;
  /** Lists that name models which would not be there. */
  readonly namedInVain: readonly NamedInVain[];
};

export type CommitResult = ChangeSetPlan & {
  /** False if there are problems, or if there is nothing to change. */
  readonly committed: boolean;
  readonly changeSetId: string | null;
  /** Empty in an answer that is given again. */
  readonly issuedSecrets: readonly IssuedSecret[];
  /** Whether the request was carried out before, so that this is its answer of then. */
  readonly replayed: boolean;
};

/** Says what is to be done, once it can be read what there is. */
export type IntakeOf = (trx: Transaction<Tables>) => Promise<Intake> | Intake;

/** The two things that can be done with a change set, wherever it comes from. */
export type Carrier = {
  plan(intakeOf: IntakeOf, origin: ChangeOrigin): Promise<ReviewedPlan>;
  /** `onCommit` runs in the same transaction, after the change set was committed and before it is seen. */
  commit(
    intakeOf: IntakeOf,
    origin: ChangeOrigin,
    onCommit?: (trx: Transaction<Tables>, result: CommitResult) => Promise<void>,
  ): Promise<CommitResult>;
};

export type CarrierDeps = {
  readonly db: Kysely<Tables>;
  readonly secrets: Pick<SecretStore, 'settle'>;
  now(): Date;
  newId(): string;
  /** Counts and times commits; left out, nobody does. */
  measured?(commit: () => Promise<CommitResult>): Promise<CommitResult>;
};

export function createCarrier({ db, secrets, now, newId, measured = (commit) => commit() }: CarrierDeps): Carrier {
  return {
    plan: (intakeOf, origin) =>
      db
        .transaction()
        .setIsolationLevel('repeatable read')
        .setAccessMode('read only')
        .execute(async (trx) => {
          const { revision, effects, problems, approvals } = await prepare(trx, await intakeOf(trx), origin);
          const entries = effects.map(toPlanEntry);
          const namedInVain = await readNamedInVain(trx, effects);
          const felt = await tellEffects(trx, await readEffects(trx, effects, now()), origin);
          return { revision, entries, problems, approvals, namedInVain, effects: felt };
        }),

    commit: (intakeOf, origin, onCommit) =>
      measured(() =>
        db.transaction().execute(async (trx) => {
          await lockLog(trx);
          await checkProjectionVersion(trx);
          const intake = await intakeOf(trx);
          const request = toIdempotent(intake, origin);
          const known = request && (await answerAgain(trx, request, intake, now()));
          if (known) return known;
          const result = await commitOnce(trx, intake, origin);
          if (result.committed) await onCommit?.(trx, result);
          if (request && result.problems.length === 0) {
            await keepAnswer(trx, request, { ...result, fingerprint: intake.fingerprint }, now());
          }
          return result;
        }),
      ),
  };

  async function commitOnce(trx: Transaction<Tables>, intake: Intake, origin: ChangeOrigin): Promise<CommitResult> {
    const { revision, effects, problems, issuedSecrets, isOverridden } = await prepare(trx, intake, origin);
    const plan = { revision, entries: effects.map(toPlanEntry), problems, replayed: false };
    if (problems.length > 0 || effects.length === 0) {
      return { ...plan, committed: false, changeSetId: null, issuedSecrets: [] };
    }
    const metadata = {
      ...toMetadata(newId(), intake, origin),
      ...(isOverridden && { approvalOverridden: true as const }),
    };
    const committed = await commitPlan(trx, effects, { metadata, recordedAt: now() });
    await settleAccounts(trx, effects);
    await secrets.settle(trx, effects, intake.dataKeys ?? []);
    return { ...plan, committed: true, changeSetId: metadata.changeSetId, revision: committed, issuedSecrets };
  }
}

function toMetadata(
  changeSetId: string,
  { options: { reason, idempotencyKey }, provenance }: Intake,
  { actor, source }: ChangeOrigin,
): CommitMetadata {
  return {
    changeSetId,
    actor,
    source,
    ...(reason !== undefined && { reason }),
    ...(idempotencyKey !== undefined && { idempotencyKey }),
    ...provenance,
  };
}

const toIdempotent = (
  { options: { idempotencyKey: key }, problems }: Intake,
  { actor }: ChangeOrigin,
): IdempotentRequest | undefined => (key === undefined || problems.length > 0 ? undefined : { actor, key });

/** What was answered to the same request; undefined if it was not carried out yet. */
async function answerAgain(
  trx: Transaction<Tables>,
  request: IdempotentRequest,
  { fingerprint }: Intake,
  now: Date,
): Promise<CommitResult | undefined> {
  const known = await readAnswer(trx, request, now);
  if (!known) return undefined;
  const { changeSetId, revision } = known;
  const answer = { committed: changeSetId !== null, changeSetId, revision, issuedSecrets: [], replayed: true };
  if (known.fingerprint === fingerprint) {
    const entries = changeSetId === null ? [] : await readCommittedEntries(trx, revision);
    return { ...answer, entries, problems: [] };
  }
  const message = `the idempotency key ${request.key} was used for another request, which is at revision ${revision}; take a new key`;
  const problems = [{ code: 'idempotency_conflict', message, path: 'idempotencyKey' }] as const;
  return { ...answer, committed: false, changeSetId: null, replayed: false, entries: [], problems };
}
