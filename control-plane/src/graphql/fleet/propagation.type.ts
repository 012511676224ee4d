import { Field, ID, ObjectType, registerEnumType } from 'type-graphql';
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
    PENDING: { description: 'Not yet, but it was not waited for, because enough others do.' },
    TIMED_OUT: { description: 'It is linked, and did not answer in time.' },
    REFUSED: { description: 'It said why it cannot; it keeps what it has, and is sent everything anew.' },
    DISCONNECTED: { description: 'It is not linked. It gets the revision when it links again.' },
    UNKNOWN: { description: 'The replica that held its link is gone, and it has not dialled another yet.' },
  },
});

@ObjectType('NodePropagation', { description: 'What became of a revision on one node.' })
class NodePropagationType {
  @Field(() => ID, { description: 'The node.' })
  readonly nodeId!: string;
  @Field(() => PropagationOutcomeEnum, { description: 'Whether it enforces the revision.' })
  readonly outcome!: PropagationOutcome;
  @Field(() => RevisionScalar, { description: 'The revision that it enforces.' })
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

@ObjectType('Propagation', { description: 'Which nodes enforce a revision.' })
export class PropagationType {
  @Field(() => RevisionScalar, { description: 'The revision that was waited for.' })
  readonly revision!: number;
  @Field(() => Boolean, { description: 'Whether as many nodes as were asked for enforce it.' })
  readonly reached!: boolean;
  @Field(() => CountScalar, { description: 'For how many milliseconds the wait lasted.' })
  readonly waitedMs!: number;
  @Field(() => [NodePropagationType], { description: 'Every known node, by id.' })
  readonly nodes!: readonly NodePropagationType[];
}
