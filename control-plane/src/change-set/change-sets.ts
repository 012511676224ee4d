import type { Kysely, Transaction } from 'kysely';
import type { Tables } from '../database/tables.ts';
import { lockLog } from '../event-store/append-events.ts';
import type { ChangeOrigin, ChangeSetRequest, Problems } from './change-request.ts';
import { commitPlan } from './commit-plan.ts';
import { currentRevision } from './current.ts';
import { loadCurrent } from './load-current.ts';
import { type ChangePlan, type IssuedSecret, planChanges } from './plan-changes.ts';
import { type PlanEntry, toPlanEntry } from './plan-entry.ts';
import { type SecretPort, toCommand } from './to-command.ts';
import { validateRequest } from './validate-request.ts';

export type ChangeSetPlan = {
  /** The revision that the plan holds for. */
  readonly revision: number;
  readonly entries: readonly PlanEntry[];
  readonly problems: Problems;
};

export type CommitResult = ChangeSetPlan & {
  /** False if there are problems, or if there is nothing to change. */
  readonly committed: boolean;
  readonly changeSetId: string | null;
  readonly issuedSecrets: readonly IssuedSecret[];
};

export type ChangeSets = {
  /** What a commit would do now. Changes nothing. */
  plan(request: ChangeSetRequest): Promise<ChangeSetPlan>;
  /** All changes as one revision, or none of them. */
  commit(request: ChangeSetRequest, origin: ChangeOrigin): Promise<CommitResult>;
};

export type ChangeSetsDeps = {
  readonly db: Kysely<Tables>;
  readonly secrets: SecretPort;
  now(): Date;
  newId(): string;
};

export function createChangeSets({ db, secrets, now, newId }: ChangeSetsDeps): ChangeSets {
  return {
    plan: (request) =>
      db
        .transaction()
        .setIsolationLevel('repeatable read')
        .setAccessMode('read only')
        .execute(async (trx) => {
          const { revision, plan } = await prepare(trx, request, secrets);
          return { revision, entries: plan.effects.map(toPlanEntry), problems: plan.problems };
        }),

    commit: (request, origin) =>
      db.transaction().execute(async (trx) => {
        await lockLog(trx);
        const { revision, plan } = await prepare(trx, request, secrets);
        const { effects, problems, issuedSecrets } = plan;
        const entries = effects.map(toPlanEntry);
        if (problems.length > 0 || effects.length === 0) {
          return { committed: false, changeSetId: null, revision, entries, problems, issuedSecrets: [] };
        }
        const changeSetId = newId();
        const { reason } = request;
        const metadata = { changeSetId, ...origin, ...(reason !== undefined && { reason }) };
        const committedRevision = await commitPlan(trx, effects, { metadata, recordedAt: now() });
        return { committed: true, changeSetId, revision: committedRevision, entries, problems, issuedSecrets };
      }),
  };
}

async function prepare(
  trx: Transaction<Tables>,
  request: ChangeSetRequest,
  secrets: SecretPort,
): Promise<{ readonly revision: number; readonly plan: ChangePlan }> {
  const { changes, rejected, problems } = validateRequest(request);
  const commands = changes.map((change) => toCommand(change, secrets));
  const current = await loadCurrent(trx, commands);
  const { expectedRevision } = request;
  const plan = planChanges(
    { commands, rejected, ...(expectedRevision !== undefined && { expectedRevision }) },
    current,
  );
  return { revision: currentRevision(current), plan: { ...plan, problems: [...problems, ...plan.problems] } };
}
