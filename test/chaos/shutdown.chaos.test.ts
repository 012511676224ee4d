import { afterEach, beforeEach, expect, test } from 'vitest';
import { waitFor } from '../support/wait-for.ts';
import { IN_BALANCE } from './accounts/balance.ts';
import { chatRequestBytes } from './load/chat-request.ts';
import { type Connection, openConnection } from './load/connection.ts';
import { type Exchange, toOutcome } from './load/exchange.ts';
import { startLoad } from './load/load.ts';
import { type Lanes, openLanes } from './system/open-lanes.ts';
import { type ChaosSystem, startSystem } from './system/start-system.ts';

const DRAIN_MS = 6_000;
const STREAMS = 20;
/** Some three seconds from the first chunk to the last. */
const SHORTER_THAN_DRAIN = { tokens: 60, chunkIntervalMs: 50 };
const LONGER_THAN_DRAIN = { tokens: 400, chunkIntervalMs: 50 };

let system: ChaosSystem;
beforeEach(async () => {
  system = await startSystem({ env: { TOLLGATE_DRAIN_MS: String(DRAIN_MS) } });
});
afterEach(() => system?.end());

async function connect(): Promise<Connection> {
  const connection = await openConnection(system.stack.gatewayUrl);
  if (connection === undefined) throw new Error('the node takes no connections');
  return connection;
}

/** A stream on a connection that its client would keep alive. */
async function runStream({ secret }: Lanes, model: string, connection: Connection): Promise<Exchange> {
  const sentAtMs = Date.now();
  const reply = await connection.exchange(chatRequestBytes(secret, model, true));
  return { model, sentAtMs, endedAtMs: Date.now(), outcome: toOutcome(reply) };
}

async function startStreams(lanes: Lanes) {
  const connections = await Promise.all(lanes.models.map(connect));
  const streams = lanes.models.map((model, lane) => runStream(lanes, model, connections[lane] as Connection));
  await waitFor('all streams to be under way', async () => (await inFlight()) >= lanes.models.length);
  const firstEnded = Promise.race(streams).then(() => 'a stream has ended' as const);
  return { connections, firstEnded, ended: Promise.all(streams) };
}

async function isRefusing(): Promise<boolean> {
  const connection = await openConnection(system.stack.gatewayUrl);
  connection?.close();
  return connection === undefined;
}

const inFlight = async (): Promise<number> => {
  const text = await (await fetch(`${system.stack.gatewayUrl}/metrics`)).text();
  return Number(/^tollgate_requests_in_flight (\d+)/m.exec(text)?.[1]);
};

const bodiesOf = (exchanges: readonly Exchange[]): string[] =>
  exchanges.map(({ outcome }) => (outcome.type === 'answered' ? outcome.body : JSON.stringify(outcome)));

test('SIGTERM under load: streams under way end whole, kept-alive connections are closed, new ones refused, all is recorded', async () => {
  const { stack, books, node } = system;
  const streamLanes = await openLanes(stack, STREAMS, SHORTER_THAN_DRAIN);
  const lanes = await openLanes(stack, STREAMS);
  const load = startLoad({ gatewayUrl: stack.gatewayUrl, ...lanes, intervalMs: 20 });
  const idle = await Promise.all(Array.from({ length: 5 }, connect));
  const streaming = await startStreams(streamLanes);

  await waitFor('answers of the load', () => load.exchanges.length > 300);

  const stopping = node.stop();
  const refusing = waitFor('new connections to be refused', isRefusing);
  expect(await Promise.race([refusing, streaming.firstEnded])).toBe(true);
  const streams = await streaming.ended;
  const exit = await stopping;
  await Promise.all([...idle, ...streaming.connections].map(({ closed }) => closed));
  const exchanges = await load.stop();

  expect(exit.code).toBe(0);
  for (const body of bodiesOf(streams)) expect(body).toMatch(/data: \[DONE\]\n\n$/);
  // The node has shipped all of it before it ended.
  const found = await books.settle(lanes.keyName, exchanges);
  const foundStreams = await books.settle(streamLanes.keyName, streams);
  console.info('shutdown', found, foundStreams);
  expect(found).toMatchObject({ ...IN_BALANCE, broken: 0, interrupted: 0 });
  expect(foundStreams).toMatchObject({ ...IN_BALANCE, answered: STREAMS, broken: 0, interrupted: 0 });
  expect((await books.gaps()).boots).toEqual([]);
});

test('SIGTERM with streams that outlast the drain time: each ends with an error event and is recorded as shutdown', async () => {
  const { stack, books, node } = system;
  const lanes = await openLanes(stack, STREAMS, LONGER_THAN_DRAIN);
  const streaming = await startStreams(lanes);
  const exit = await node.stop();
  const streams = await streaming.ended;

  expect(exit.code).toBe(0);
  for (const body of bodiesOf(streams))
    expect(body).toMatch(/data: \{"error":\{[^\n]*"code":"shutting_down"[^\n]*\n\n$/);
  const rows = await books.rows(lanes.keyName);
  console.info('shutdown past the drain time', { streams: streams.length, rows: rows.length });
  expect(rows.map(({ id }) => id).toSorted()).toEqual(
    streams.map(({ outcome }) => (outcome.type === 'answered' ? outcome.id : '')).toSorted(),
  );
  expect(new Set(rows.map(({ cause }) => cause))).toEqual(new Set(['shutdown']));
});

test('with analytics away, SIGTERM loses nothing: what the node could not ship goes out after its next start', async () => {
  const { stack, books, node, analytics } = system;
  const lanes = await openLanes(stack, STREAMS);
  const load = startLoad({ gatewayUrl: stack.gatewayUrl, ...lanes, intervalMs: 20 });
  await waitFor('answers', () => load.exchanges.length > 200);
  await analytics.kill();
  await waitFor('more answers', () => load.exchanges.length > 600);
  expect((await node.stop()).code).toBe(0);
  const exchanges = await load.stop();
  await analytics.start();
  await node.start();

  const found = await books.settle(lanes.keyName, exchanges);
  console.info('shutdown without analytics', found);
  expect(found).toMatchObject({ ...IN_BALANCE, broken: 0, interrupted: 0 });
  expect((await books.gaps()).boots).toEqual([]);
});
