import { Field, ID, ObjectType, registerEnumType } from 'type-graphql';
import type { NodeState, NodeStatus } from '../../fleet/node-status.ts';
import { LAG_REVISIONS_MAX } from '../../fleet/node-table.ts';
import { CountScalar, DateTimeScalar, RevisionScalar } from '../scalars.ts';

const NodeStateEnum = {
  CONNECTED: 'connected',
  DISCONNECTED: 'disconnected',
  UNKNOWN: 'unknown',
} as const satisfies Record<string, NodeState>;
registerEnumType(NodeStateEnum, {
  name: 'NodeState',
  description: 'Whether a node is linked to the control plane.',
  valuesConfig: {
    CONNECTED: { description: 'A replica of the control plane holds its link.' },
    DISCONNECTED: { description: 'Its link ended. It serves from the configuration that it has.' },
    UNKNOWN: { description: 'The replica that held its link is not heard of, and it has not dialled another yet.' },
  },
});

@ObjectType('Node', {
  description:
    'A node of the data plane that is linked to any replica of the control plane, or was within the last day.',
})
export class NodeType {
  @Field(() => ID, { description: 'Chosen by the node; it outlives restarts.' })
  readonly nodeId!: string;
  @Field(() => String, { description: 'Where it serves.' })
  readonly address!: string;
  @Field(() => String, { nullable: true, description: 'The version of its software, if it says it.' })
  readonly version!: string | null;
  @Field(() => [String], {
    nullable: true,
    description: 'The ids of the sealing keys that it accepts, the current one first; null if it does not say.',
  })
  readonly sealingKeys!: readonly string[] | null;
  @Field(() => String, { description: 'The replica of the control plane that holds, or last held, its link.' })
  readonly replica!: string;
  @Field(() => NodeStateEnum, { description: 'Whether it is linked.' })
  readonly state!: NodeState;
  @Field(() => DateTimeScalar, { description: 'Since when it is in that state.' })
  readonly stateSince!: Date;
  @Field(() => Boolean, { description: 'Whether its state is `CONNECTED`.' })
  readonly connected!: boolean;
  @Field(() => RevisionScalar, { description: 'The revision that it last said it enforces.' })
  readonly revision!: number;
  @Field(() => CountScalar, {
    description: `How many revisions were committed since; ${LAG_REVISIONS_MAX} stands for that many or more.`,
  })
  readonly lag!: number;
  @Field(() => CountScalar, {
    description: 'For how many milliseconds it has been behind: since the first revision that it lacks was committed.',
  })
  readonly lagMs!: number;
  @Field(() => DateTimeScalar, { description: 'When its link came up.' })
  readonly connectedAt!: Date;
  @Field(() => DateTimeScalar, { nullable: true, description: 'When it last acknowledged a revision over that link.' })
  readonly acknowledgedAt!: Date | null;
  @Field(() => String, { nullable: true, description: 'Why it refused a revision or lost its link.' })
  readonly lastError!: string | null;
}

export const toNodeType = ({ awayMs: _, lagRevisions, ...node }: NodeStatus): NodeType => ({
  ...node,
  lag: lagRevisions,
  connected: node.state === 'connected',
});
