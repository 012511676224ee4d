import { Resolver, Root, Subscription } from 'type-graphql';
import type { NodeStatus } from '../../fleet/node-status.ts';
import type { Revision } from '../../projection/revision-log.ts';
import type { GraphQLContext } from '../context.ts';
import { NodeType, toNodeType } from '../fleet/node.type.ts';
import { CommittedRevisionType, toCommittedRevisionType } from './committed-revision.type.ts';

type Subscribing = { readonly context: GraphQLContext };

/** What happens, as it happens, through whichever replica. */
@Resolver()
export class LiveResolver {
  @Subscription(() => CommittedRevisionType, {
    description: 'Each revision that is committed from now on, once and in order.',
    subscribe: ({ context }: Subscribing) => context.fleet.revisionFeed.subscribe(dropOf(context)),
  })
  revisionCommitted(@Root() revision: Revision): CommittedRevisionType {
    return toCommittedRevisionType(revision);
  }

  @Subscription(() => NodeType, {
    description: 'A node that linked, left, acknowledged or refused: as it is by then, at most four times a second.',
    subscribe: ({ context }: Subscribing) => context.fleet.nodeFeed.subscribe(dropOf(context)),
  })
  nodeChanged(@Root() node: NodeStatus): NodeType {
    return toNodeType(node);
  }
}

function dropOf({ dropClient }: GraphQLContext): (reason: string) => void {
  if (!dropClient) throw new Error('a subscription came by another way than a WebSocket');
  return dropClient;
}
