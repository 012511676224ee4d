import { type CallerPolicy, callerPolicy, type VirtualKeyConfig } from '@tollgate/schema';
import { type Owner, teamOf } from './owners.ts';

/** What holds for the requests of a key in place of what models say. */
export type OwnPolicy = {
  /** The same for all that say the same, so that they share the routes that follow from it. */
  readonly id: string;
  readonly policy: CallerPolicy;
};

/** What a key says, and what its team says of the rest; undefined if neither says anything, as is the rule. */
export function ownPolicyFor({ routing }: VirtualKeyConfig, owners: readonly Owner[]): OwnPolicy | undefined {
  const policy = callerPolicy([routing, teamOf(owners)?.routing]);
  return policy && { id: JSON.stringify(policy), policy };
}
