import { type CallerPolicy, callerPolicy, type UsageRecord } from '@tollgate/schema';
import { toNodeCallerRouting } from '../model/node-routing.ts';
import type { ConfigurationThen } from './configuration-then.ts';

/** What of a policy its key or its team can have said, by the names that explanations have for it. */
const MEMBERS = ['strategy', 'retries', 'connectMs', 'firstTokenMs', 'idleMs', 'totalMs'] as const;

/** What a request's key and team said in place of what models do, as far as they are known. */
export type OwnPolicyThen = {
  readonly policy: CallerPolicy | undefined;
  /** The members that the key said; null if it is not known. */
  readonly fromKey: readonly string[] | null;
  /** Those that the team said and the key did not; null if the team is not known. */
  readonly fromTeam: readonly string[] | null;
};

export function ownPolicyThen(record: UsageRecord, { key, team }: ConfigurationThen): OwnPolicyThen {
  // Copies go by what models say.
  if (record.mirrorOf) return { policy: undefined, fromKey: [], fromTeam: [] };
  const [ofKey, ofTeam] = [key, team].map(
    (entity) => entity?.state.spec.routing && toNodeCallerRouting(entity.state.spec.routing),
  );
  const saidBy = (routing: typeof ofKey): CallerPolicy => {
    const said = callerPolicy([routing]) ?? {};
    // Of a whole answer nothing comes until it is there.
    return record.stream ? said : { ...said, firstTokenMs: said.timeoutMs };
  };
  const [byKey, byTeam] = [saidBy(ofKey), saidBy(ofTeam)];
  return {
    policy: callerPolicy([ofKey, ofTeam]),
    fromKey: key === undefined ? null : MEMBERS.filter((member) => byKey[member] !== undefined),
    fromTeam:
      team === undefined && record.teamName !== ''
        ? null
        : MEMBERS.filter((member) => byKey[member] === undefined && byTeam[member] !== undefined),
  };
}
