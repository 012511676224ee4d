import { chatRequestBytes } from '../../chaos/load/chat-request.ts';
import { ask, type Reply } from '../generator/ask.ts';
import { type Connection, openConnections } from '../generator/connection.ts';
import { createFailures, type FailureCounts } from '../generator/failures.ts';
import { createSamples, type Percentiles } from '../measure/samples.ts';
import { isWhole } from './is-whole.ts';

/** What clients saw of one model. */
export type Seen = {
  readonly requests: number;
  readonly whole: number;
  /** Of the whole answers, from sending the request to the last byte. */
  readonly latencyMs: Percentiles;
  /** Why the others were not, as the client saw it. */
  readonly failures: FailureCounts;
};

export type Load = {
  readonly url: string;
  readonly apiKey: string;
  readonly connections: number;
  /** How much is sent in all: so many requests, or as many as go into a time. */
  readonly until: { readonly requests: number } | { readonly seconds: number };
};

/** A closed loop: each connection sends its next request when it has its answer. */
export async function measureModel(
  { url, apiKey, connections, until }: Load,
  model: string,
  isStream: boolean,
): Promise<Seen> {
  const { hostname, port } = new URL(url);
  const request = chatRequestBytes(apiKey, model, isStream);
  const opened = await openConnections({ host: hostname, port: Number(port) }, connections);
  const latencyMs = createSamples();
  const failures = createFailures();
  const beganMs = performance.now();
  let requests = 0;

  const isOver = () =>
    'requests' in until ? requests >= until.requests : performance.now() - beganMs >= until.seconds * 1_000;
  const keepAsking = async (connection: Connection): Promise<void> => {
    while (!isOver()) {
      requests += 1;
      const reply = await ask(connection, request);
      const failure = failureOf(reply, isStream);
      if (failure === undefined) latencyMs.add(reply.ms);
      else failures.add(failure);
    }
    connection.close();
  };

  await Promise.all(opened.map(keepAsking));
  const percentiles = latencyMs.percentiles();
  return { requests, whole: percentiles.count, latencyMs: percentiles, failures: failures.counts() };
}

function failureOf(reply: Reply, isStream: boolean): string | undefined {
  if ('failure' in reply) return reply.failure;
  if (isWhole(reply.status, reply.body, isStream)) return undefined;
  return reply.status === 200 ? 'not whole' : `status ${reply.status}`;
}
