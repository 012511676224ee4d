import type { Revision } from '../projection/revision-log.ts';
import { createTopic, type Topic } from './topic.ts';

/** Each revision that is committed, through whichever replica, once and in order. */
export type RevisionFeed = Pick<Topic<Revision>, 'subscribe'> & {
  /** There is a revision of this number. Harmless to repeat. */
  announce(revision: number): void;
};

const BATCH_REVISIONS = 100;

/** Reads what was committed since it last read, if anybody subscribed; one reading serves all subscriptions. */
export function createRevisionFeed(deps: {
  readAfter(request: { readonly revision: number; readonly first: number }): Promise<readonly Revision[]>;
  onFailure(error: unknown): void;
}): RevisionFeed {
  const { readAfter, onFailure } = deps;
  const topic = createTopic<Revision>();
  let announced = 0;
  /** The last that was published, or that nobody was there to hear of. */
  let published = 0;
  let isReading = false;

  async function catchUp(): Promise<void> {
    isReading = true;
    try {
      while (published < announced && topic.size() > 0) {
        const revisions = await readAfter({ revision: published, first: BATCH_REVISIONS });
        for (const revision of revisions) topic.publish(revision);
        published = revisions.at(-1)?.revision ?? announced;
      }
      if (topic.size() === 0) published = announced;
    } catch (error) {
      // Postgres is away, say: the next announcement, five seconds later at most, tries again.
      onFailure(error);
    } finally {
      isReading = false;
    }
  }

  return {
    subscribe(onOverflow) {
      if (topic.size() === 0) published = announced;
      return topic.subscribe(onOverflow);
    },
    announce(revision) {
      announced = Math.max(announced, revision);
      if (!isReading) void catchUp();
    },
  };
}
