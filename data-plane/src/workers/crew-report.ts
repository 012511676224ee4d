import type { CrewMetrics } from '../metrics/crew-metrics.ts';
import type { MetricFamily } from '../metrics/metric-family.ts';
import type { Crew } from './crew.ts';
import type { Member } from './member.ts';
import type { Question, Readiness } from './messages.ts';

type Asked = Pick<Member, 'ask' | 'pid'>;

export type CrewReport = {
  /** @returns what the node answers to a question that a worker was asked */
  answer(about: Question): Promise<unknown>;
};

/** Answers for the whole node, from what its workers say of themselves. */
export function createCrewReport<Worker extends Asked>(deps: {
  readonly crew: { serving(): readonly Worker[]; problems: Crew<never>['problems'] };
  readonly wanted: number;
  readonly counts: Pick<CrewMetrics<Worker>, 'text'>;
  readonly ownFamilies: () => Promise<readonly MetricFamily[]>;
}): CrewReport {
  const { crew, wanted, counts, ownFamilies } = deps;

  async function metrics(): Promise<string> {
    const own = await ownFamilies();
    const asked = await Promise.all(
      crew.serving().map(async (worker) => [worker, await worker.ask('metrics')] as const),
    );
    // One that ended meanwhile is counted by what is kept of it, and must not be counted twice.
    const serving = new Set(crew.serving());
    const answers = new Map<Worker, readonly MetricFamily[]>();
    for (const [worker, families] of asked)
      if (families !== undefined && serving.has(worker)) answers.set(worker, families);
    return counts.text(own, answers);
  }

  /** Ready while any worker takes traffic: connections that come to a slot without one are taken by another. */
  async function readiness(): Promise<Readiness> {
    const problems = [...crew.problems()];
    let isReady = false;
    let refusal: string | undefined;
    await Promise.all(
      crew.serving().map(async (worker) => {
        const reason = await worker.ask('readiness');
        if (reason === undefined) problems.push(`process ${worker.pid} does not answer`);
        else if (reason === null) isReady = true;
        else refusal = reason;
      }),
    );
    // What one worker lacks, such as room for its spool, clients may meet at any time.
    if (refusal !== undefined) return { isReady: false, text: refusal };
    if (problems.length === 0) return { isReady, text: isReady ? 'ready' : 'no worker serves' };
    const text = `${wanted - problems.length} of ${wanted} workers: ${problems.join('; ')}`;
    return { isReady, text: isReady ? `ready, with ${text}` : text };
  }

  return { answer: (about) => (about === 'metrics' ? metrics() : readiness()) };
}
