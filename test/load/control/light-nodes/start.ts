import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { scriptPath } from '../../machine/child.ts';
import type { LightNodesJob, LightNodesMessage } from './protocol.ts';

type Flip = LightNodesMessage & { readonly type: 'flipped' };

export interface LightNodes {
  /** Resolves with the moment at which each node came to that answer; to be called before the key is changed. */
  flips(isAccepted: boolean): Promise<readonly number[]>;
  stop(): Promise<void>;
}

/** Starts the processes and waits until each node has its configuration. */
export async function startLightNodes(jobs: readonly LightNodesJob[]): Promise<LightNodes> {
  const children = jobs.map((job) => fork(scriptPath('./main.ts', import.meta.url), [JSON.stringify(job)]));
  const count = jobs.reduce((sum, { names }) => sum + names.length, 0);
  await gather(children, count, (message) => (message.type === 'linked' ? message : undefined));
  return {
    async flips(isAccepted) {
      const flipTo = (message: LightNodesMessage): Flip | undefined =>
        message.type === 'flipped' && message.isAccepted === isAccepted ? message : undefined;
      return (await gather(children, count, flipTo)).map(({ atMs }) => atMs);
    },
    async stop() {
      for (const child of children) {
        child.disconnect();
        await once(child, 'exit');
      }
    },
  };
}

/** Waits for so many messages of one sort; rejects if a process ends before. */
function gather<Wanted>(
  children: readonly ChildProcess[],
  count: number,
  pick: (message: LightNodesMessage) => Wanted | undefined,
): Promise<readonly Wanted[]> {
  const found: Wanted[] = [];
  return new Promise((resolve, reject) => {
    const end = (): void => {
      for (const child of children) child.off('message', onMessage).off('exit', onExit);
    };
    const onExit = (): void => {
      end();
      reject(new Error('a process of light nodes ended; its messages are above'));
    };
    const onMessage = (message: unknown): void => {
      const wanted = pick(message as LightNodesMessage);
      if (wanted !== undefined) found.push(wanted);
      if (found.length < count) return;
      end();
      resolve(found);
    };
    for (const child of children) child.on('message', onMessage).on('exit', onExit);
  });
}
