import { createEstimator, parseChatRequest } from '@tollgate/data-plane';
import { costNanoUsd, NO_TOKENS, type Rates, type UsageRecord } from '@tollgate/schema';

/** Instants of records are whole milliseconds, and what a request taught holds from somewhere within. */
const UNSURE_MS = 2;
/** What all requests here are taken to be of. */
const MODEL = 'all';

type Request = Pick<
  UsageRecord,
  'bootId' | 'seq' | 'startedAtMs' | 'totalUs' | 'tokensInput' | 'tokensOutput' | 'costNanoUsd' | 'usageSource'
>;

/**
 * What the requests that were under way when the last one was let through took beyond what they had reserved at their beginning: the most
 * that a budget may be overdrawn by. It is worked out from the records with the node's own estimator, for each process for itself; where it is
 * not sure what a request was expected to take, it is the least.
 * @param body of the requests; all have as many bytes and the same bound
 */
export function beyondReserved(records: readonly Request[], body: Buffer, rates: Rates): number {
  const ofProcesses = Map.groupBy(records, ({ bootId }) => bootId);
  let sum = 0;
  for (const own of ofProcesses.values()) sum += beyondOf(own, body, rates);
  return sum;
}

function beyondOf(own: readonly Request[], body: Buffer, rates: Rates): number {
  const ended = own.toSorted((one, other) => one.seq - other.seq);
  const reserved = reservationsAfter(ended, body, rates);
  const endsMs = ended.map(endMs).toSorted((one, other) => one - other);
  const lastBeganMs = Math.max(...own.map(({ startedAtMs }) => startedAtMs));
  return own
    .filter((request) => endMs(request) >= lastBeganMs - UNSURE_MS)
    .map(({ startedAtMs, costNanoUsd }) => {
      const [from, until] = [countBelow(endsMs, startedAtMs - UNSURE_MS), countBelow(endsMs, startedAtMs + UNSURE_MS)];
      return Math.max(0, (costNanoUsd ?? 0) - Math.min(...reserved.slice(from, until + 1)));
    })
    .reduce((sum, beyond) => sum + beyond, 0);
}

/** What a request reserves once none, one, two, … of these have ended. */
function reservationsAfter(ended: readonly Request[], body: Buffer, rates: Rates): number[] {
  const parsed = parseChatRequest(body);
  if (!parsed.ok) throw new Error(parsed.error.message);
  const estimator = createEstimator();
  const reserved = (): number => costNanoUsd({ ...NO_TOKENS, ...estimator.estimate(MODEL, parsed.request) }, rates);
  return [
    reserved(),
    ...ended.map(({ usageSource, tokensInput: input, tokensOutput: output }) => {
      // Nothing is learned of an answer that was stopped.
      if (usageSource === 'provider') estimator.learn(MODEL, parsed.request, { ...NO_TOKENS, input, output });
      return reserved();
    }),
  ];
}

const endMs = ({ startedAtMs, totalUs }: Request): number => startedAtMs + totalUs / 1_000;

/** How many of ascending values are less. */
function countBelow(ascending: readonly number[], value: number): number {
  const first = ascending.findIndex((one) => one >= value);
  return first === -1 ? ascending.length : first;
}
