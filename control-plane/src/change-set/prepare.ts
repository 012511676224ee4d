import { CHANGES_MAX } from '@tollgate/schema';
import type { Transaction } from 'kysely';
import { type ApprovalsNeeded, checkApprovals, toRuleId } from '../approval-rule/approvals-needed.ts';
import { readApprovalsNeeded } from '../approval-rule/read-approvals-needed.ts';
import type { Tables } from '../database/tables.ts';
import type { ChangeOrigin, ChangeSetOptions, Problems } from './change-request.ts';
import { currentRevision } from './current.ts';
import { expandDeletes } from './expand-deletes.ts';
import { loadCurrent } from './load-current.ts';
import { seenBy, tellProblems } from './naming.ts';
import { type ChangePlan, planChanges } from './plan-changes.ts';
import { readStaleness } from './read-staleness.ts';
import type { Intake } from './take-in.ts';
import { refuseSoMany } from './validate-request.ts';

export type PreparedChangeSet = Omit<ChangePlan, 'problems'> & {
  /** As whoever asks may read them. If there are any, nothing may be committed. */
  readonly problems: Problems;
  /** Whether who asks may not do all of it; then nothing else is told. */
  readonly isDenied: boolean;
  /** The revision that the plan holds for. */
  readonly revision: number;
  /** What others than who proposes it have to approve. */
  readonly approvals: ApprovalsNeeded;
  /** Whether it goes without some of them. */
  readonly isOverridden: boolean;
};

const NOTHING_TOLD = Object.freeze({
  isDenied: true,
  effects: [],
  approvals: { count: 0, rules: [] },
  isOverridden: false,
});

/** Finds out what a change set would do to the configuration as this transaction sees it, and everything that is in its way. */
export async function prepare(
  trx: Transaction<Tables>,
  intake: Intake,
  origin: ChangeOrigin,
): Promise<PreparedChangeSet> {
  const { rejected, options } = intake;
  const expanded = await expandDeletes(trx, intake);
  const isTooMuch = expanded.length > CHANGES_MAX;
  const commands = isTooMuch ? [] : expanded;
  const current = await loadCurrent(trx, commands);
  const declarer = {
    owner: options.owner ?? origin.source,
    isDocument: options.owner !== undefined,
    takeOver: options.takeOver ?? false,
  };
  const plan = planChanges({ commands, rejected, declarer }, current);
  const revision = currentRevision(current);
  const denied = await origin.authorize(plan.touches, trx);
  if (denied.length > 0) return { ...plan, ...NOTHING_TOLD, revision, problems: denied };
  const approvals = await readApprovalsNeeded(trx, plan.effects);
  const missing = checkApprovals(approvals, intake.provenance?.approvedBy?.length ?? 0);
  const isOverridden = missing.length > 0 && options.overrideApproval === true;
  const problems = [
    ...intake.problems,
    ...(isTooMuch ? [refuseSoMany(expanded.length)] : []),
    ...(await readStaleness(trx, commands, options, current)),
    ...plan.problems,
    ...(isOverridden ? checkOverride(options, origin) : missing),
  ];
  const told = await tellProblems(problems, origin, trx);
  return {
    ...plan,
    isDenied: false,
    revision,
    approvals: await tellRules(approvals, origin, trx),
    isOverridden,
    problems: told,
  };
}

/** Rules that whoever asks may not see are counted, and not named. */
async function tellRules(
  { count, rules }: ApprovalsNeeded,
  origin: ChangeOrigin,
  trx: Transaction<Tables>,
): Promise<ApprovalsNeeded> {
  const seen = await seenBy(origin, rules.map(toRuleId), trx);
  return { count, rules: rules.filter((name) => seen.has(toRuleId(name))) };
}

/** Where nobody else is left to approve, the admin token is the way out; the history says that it was taken, and why. */
function checkOverride({ reason }: ChangeSetOptions, { mayOverrideApproval }: ChangeOrigin): Problems {
  if (!mayOverrideApproval) {
    return [
      { code: 'forbidden', message: 'to override an approval the admin token is needed', path: 'overrideApproval' },
    ];
  }
  if (reason !== undefined && reason.trim() !== '') return [];
  return [{ code: 'invalid_declaration', message: 'who overrides an approval says why', path: 'reason' }];
}
