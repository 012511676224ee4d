import type { Decision } from './decide.ts';
import { describePlace } from './roles.ts';
import { scopeName } from './scopes.ts';

/** Says what would be needed; `what` is such as `to put team search`. */
export function explainRefusal(what: string, decision: Decision, describe = describePlace): string {
  switch (decision.kind) {
    case 'refused':
      return `${what} the role ${decision.needed.role} on ${describe(decision.needed.on)} is needed`;
    case 'out of scope':
      return `${what} a token with the scope ${decision.needed.map(scopeName).join(' or ')} is needed`;
    case 'allowed':
      return `${what} nothing more is needed`;
    default:
      return decision satisfies never;
  }
}
