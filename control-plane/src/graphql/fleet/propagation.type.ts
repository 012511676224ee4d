import { Field, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import type { PropagationOutcome } from '../../fleet/judge-propagation.ts';
import { CountScalar, RevisionScalar } from '../scalars.ts';

const PropagationOutcomeEnum = {
  ACKNOWLEDGED: 'acknowledged',
  PENDING: 'pending',
  TIMED_OUT: 'timed_out',
  REFUSED: 'refused',
  DISCONNECTED: 'disconnected',
  UNKNOWN: 'unknown',
} as const satisfies Record<string, PropagationOutcome>;
registerEnumType(PropagationOutcomeEnum, {
  name: 'PropagationOutcome',
  description: 'Whether a node enforces a revision.',
  valuesConfig: {
    ACKNOWLEDGED: { description: 'It does.' },
    PENDING: { description: 'Not yet, but it was not waited for any longer, because enough others do.' },
    TIMED_OUT: { description: 'It is linked, and did not answer in time.' },
    REFUSED: { description: 'It said why it cannot; it keeps what it has, and is sent everything anew.' },
    DISCONNECTED: {
      description: 'It is not linked, and may still serve an older revision. It gets this one when it links again.',
    },
    UNKNOWN: {
      description:
        'The replica that held its link is gone, and it has not dialled another yet. It may still serve an older revision.',
    },
  },
});

@ObjectType('NodePropagation', { description: 'What became of a revision on one node.' })
class NodePropagationType {
  @Field(() => ID, { description: 'The node.' })
  readonly nodeId!: string;
  @Field(() => PropagationOutcomeEnum, { description: 'Whether it enforces the revision.' })
  readonly outcome!: PropagationOutcome;
  @Field(() => Boolean, {
    description: 'Whether `reached` depends on it: not if it is away for longer than 30 seconds.',
  })
  readonly waitedFor!: boolean;
  @Field(() => RevisionScalar, { description: 'The revision that it enforces, by what it last said.' })
  readonly revision!: number;
  @Field(() => CountScalar, {
    nullable: true,
    description:
      'After how many milliseconds its acknowledgement was here; null without one, and if it came before the wait.',
  })
  readonly acknowledgedInMs!: number | null;
  @Field(() => String, { nullable: true, description: 'Why it does not enforce it.' })
  readonly reason!: string | null;
}

const UNKNOWN = '; null if nothing could be learnt of them, as while the database does not answer.';

@ObjectType('Propagation', { description: 'Which nodes enforce a revision.' })
export class PropagationType {
  @Field(() => RevisionScalar, { description: 'The revision that was waited for.' })
  readonly revision!: number;
  @Field(() => Boolean, {
    description:
      'Whether as many nodes as were asked for enforce it, of those that are waited for. It says nothing of nodes that are away: ask for `away` as well.',
  })
  readonly reached!: boolean;
  @Field(() => Int, { nullable: true, description: `How many nodes enforce it${UNKNOWN}` })
  readonly enforcing!: number | null;
  @Field(() => Int, {
    nullable: true,
    description: `How many nodes are linked and do not enforce it: not yet, or they refused it${UNKNOWN}`,
  })
  readonly behind!: number | null;
  @Field(() => Int, {
    nullable: true,
    description: `How many nodes are not linked and may still serve an older revision${UNKNOWN} After 30 seconds a node that is away is not waited for, so \`reached\` may be true although there are some; after a day it is forgotten, and no longer counted here.`,
  })
  readonly away!: number | null;
  @Field(() => CountScalar, { description: 'For how many milliseconds the wait lasted.' })
  readonly waitedMs!: number;
  @Field(() => [NodePropagationType], { description: 'Every known node, by id.' })
  readonly nodes!: readonly NodePropagationType[];
}
