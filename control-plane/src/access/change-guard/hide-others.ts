import type { ChangeProblem } from '@tollgate/schema';
import type { Principal } from '../principal.ts';
import { seesEverything } from '../visible-ids.ts';

/**
 * What somebody may read of a problem of a change set: nothing of who else changed what, nor which key has a secret, unless
 * he may read everything anyway.
 */
export function hideOthers(principal: Principal, problem: ChangeProblem): ChangeProblem {
  if (seesEverything(principal)) return problem;
  switch (problem.code) {
    case 'stale_revision':
      return { ...problem, message: 'the revision that was expected is no longer the current one; plan again' };
    case 'secret_taken':
      return { ...problem, message: 'another virtual key has the same secret; give each key its own' };
    default:
      return problem;
  }
}
