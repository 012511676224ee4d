import { setTimeout as sleep } from 'node:timers/promises';
import type { GraphqlClient } from '../../support/graphql.ts';

/** A change set whose commit was acknowledged. */
export type Acknowledged = { readonly changeSetId: string; readonly revision: number; readonly reason: string };

export type Writer = {
  readonly acknowledged: readonly Acknowledged[];
  /** Change sets that the replica had and never answered, because it was killed: nobody said whether they are committed. */
  readonly unanswered: readonly string[];
  stop(): Promise<void>;
};

const COMMIT = `mutation ($input: ChangeSetInput!) { commitChangeSet(input: $input) {
  committed changeSetId revision problems { code message } } }`;

type Answer = {
  readonly commitChangeSet: {
    readonly committed: boolean;
    readonly changeSetId: string;
    readonly revision: number;
    readonly problems: readonly unknown[];
  };
};

const RETRY_MS = 50;
/** Teams that all writers change, so that their change sets meet. */
const SHARED = ['shared-1', 'shared-2', 'shared-3'];

/**
 * Commits change sets of `size` teams one after the other until it is told to stop, each with a reason of its own. Half of
 * the teams are its own, the others are everybody's.
 */
export function startWriter(name: string, graphql: GraphqlClient, size: number): Writer {
  const acknowledged: Acknowledged[] = [];
  const unanswered: string[] = [];
  let isOver = false;
  let count = 0;

  async function commitOne(): Promise<void> {
    count += 1;
    const reason = `${name}-${count}`;
    const own = Array.from({ length: size }, (_, index) => putTeam(`${name}-${index}`, reason));
    const changes = [...own, ...SHARED.map((shared) => putTeam(shared, reason))];
    try {
      const { commitChangeSet } = await graphql<Answer>(COMMIT, { input: { changes, reason } });
      const { committed, changeSetId, revision, problems } = commitChangeSet;
      if (!committed) throw new Error(`${reason} was refused: ${JSON.stringify(problems)}`);
      acknowledged.push({ changeSetId, revision, reason });
    } catch (error) {
      if (!isBrokenConnection(error)) throw error;
      if (hasArrived(error)) unanswered.push(reason);
      else await sleep(RETRY_MS);
    }
  }

  async function run(): Promise<void> {
    while (!isOver) await commitOne();
  }

  const running = run();
  running.catch(() => {});
  return {
    acknowledged,
    unanswered,
    async stop() {
      isOver = true;
      await running;
    },
  };
}

/** `fetch` fails with a TypeError if the replica is gone; anything else is no part of the plan. */
const isBrokenConnection = (error: unknown): error is TypeError => error instanceof TypeError;

const hasArrived = ({ cause }: TypeError): boolean =>
  !(cause instanceof Error && 'code' in cause && cause.code === 'ECONNREFUSED');

const putTeam = (name: string, model: string) => ({ putTeam: { name, spec: { models: [model] } } });
