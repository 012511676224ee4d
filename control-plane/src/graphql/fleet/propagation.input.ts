import { Field, InputType, Int, registerEnumType } from 'type-graphql';
import type { PropagationTarget } from '../../fleet/judge-propagation.ts';
import { PROPAGATION_TIMEOUT_MS_MAX, type PropagationReport } from '../../fleet/propagation.ts';
import type { GraphQLContext } from '../context.ts';
import { publicError } from '../errors.ts';

const TIMEOUT_MS_DEFAULT = 10_000;

const PropagationTargetEnum = {
  ALL: 'all',
  QUORUM: 'quorum',
} as const satisfies Record<string, PropagationTarget>;
registerEnumType(PropagationTargetEnum, {
  name: 'PropagationTarget',
  description:
    'How many nodes are waited for. A node counts while it is linked, and for 30 seconds after its link ended. One that is away for longer does not, and may still serve an older revision: `Propagation.away` says how many do.',
  valuesConfig: {
    ALL: { description: 'Every node that counts; those that are away for longer do not.' },
    QUORUM: { description: 'More than half of the nodes that count.' },
  },
});

@InputType({ description: 'Waits until nodes enforce a revision, or the time is up.' })
export class AwaitPropagationInput {
  @Field(() => PropagationTargetEnum, { defaultValue: PropagationTargetEnum.ALL, description: 'Which nodes.' })
  readonly nodes!: PropagationTarget;
  @Field(() => Int, {
    defaultValue: TIMEOUT_MS_DEFAULT,
    description: `For how long at most, in milliseconds; 0 to ${PROPAGATION_TIMEOUT_MS_MAX}. The nodes are looked at once in any case.`,
  })
  readonly timeoutMs!: number;
}

export const AWAIT_PROPAGATION_DEFAULT: AwaitPropagationInput = Object.freeze({
  nodes: PropagationTargetEnum.ALL,
  timeoutMs: TIMEOUT_MS_DEFAULT,
});

/** @throws GraphQLError if the time is out of bounds; to be called before anything is committed */
export function checkAwaitPropagation(input: AwaitPropagationInput | null | undefined): void {
  if (!input || (input.timeoutMs >= 0 && input.timeoutMs <= PROPAGATION_TIMEOUT_MS_MAX)) return;
  throw publicError('BAD_USER_INPUT', `timeoutMs must be from 0 to ${PROPAGATION_TIMEOUT_MS_MAX}`);
}

/** Waits for nodes if that was asked for; null if it was not. */
export async function awaitPropagation(
  { fleet }: Pick<GraphQLContext, 'fleet'>,
  input: AwaitPropagationInput | null | undefined,
  revision: { readonly revision: number; readonly isNew: boolean },
): Promise<PropagationReport | null> {
  if (!input) return null;
  return await fleet.waitFor({ ...revision, target: input.nodes, timeoutMs: input.timeoutMs });
}
