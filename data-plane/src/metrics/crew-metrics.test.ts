import { expect, test } from 'vitest';
import { createDeploymentState } from '../routing/deployment-state.ts';
import { createCrewMetrics } from './crew-metrics.ts';
import type { MetricFamily } from './metric-family.ts';
import { createNodeMetrics } from './node-metrics.ts';

const settled = { model: 'm', deployment: 'd', cause: 'completed' } as const;

function worker(inFlight: number, revision: number) {
  const deployment = createDeploymentState('m', 'd');
  const metrics = createNodeMetrics({
    inFlight: () => inFlight,
    revision: () => revision,
    isLinked: () => true,
    spoolBacklogBytes: () => 10,
    deployments: () => [deployment],
    providers: () => [],
  });
  return {
    ...metrics,
    deployment,
    answer(times: number) {
      for (let i = 0; i < times; i += 1) metrics.settled(settled, 2_000, 300);
    },
    own: () => metrics.families({ isOwnOnly: true }),
  };
}

/** The values of a text by the names and labels before them. */
const read = (text: string): Record<string, number> =>
  Object.fromEntries(
    text
      .split('\n')
      .filter((line) => line.startsWith('tollgate_'))
      .map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ') + 1))]),
  );

const ANSWERED = 'tollgate_requests_total{model="m",deployment="d",cause="completed"}';

test('counts and buckets are summed over the processes, the revision is that which all of them have', async () => {
  const [a, b] = [worker(2, 7), worker(3, 6)];
  a.answer(2);
  b.answer(5);
  a.refused('overloaded');
  const text = await createCrewMetrics<string>().text(
    [],
    new Map([
      ['a', await a.own()],
      ['b', await b.own()],
    ]),
  );
  expect(read(text)).toMatchObject({
    [ANSWERED]: 7,
    'tollgate_refusals_total{code="overloaded"}': 1,
    'tollgate_request_seconds_bucket{le="0.01"}': 7,
    'tollgate_request_seconds_bucket{le="+Inf"}': 7,
    tollgate_request_seconds_count: 7,
    tollgate_requests_in_flight: 5,
    tollgate_config_revision: 6,
    tollgate_fleet_linked: 1,
    tollgate_spool_backlog_bytes: 20,
  });
});

test('of a deployment the attempts of all are summed, and it is said how many leave it alone', async () => {
  const [a, b] = [worker(0, 7), worker(0, 7)];
  a.deployment.outcomes.ok = 2;
  b.deployment.outcomes.ok = 3;
  a.deployment.inFlight = 1;
  a.deployment.cooldowns = 1;
  a.deployment.health.openUntilMs = Number.POSITIVE_INFINITY;
  const crew = createCrewMetrics<string>();
  const text = await crew.text(
    [],
    new Map(await Promise.all([a, b].map(async (one, index) => [`${index}`, await one.own()] as const))),
  );
  const labels = 'model="m",deployment="d"';
  expect(read(text)).toMatchObject({
    [`tollgate_attempts_total{${labels},outcome="ok"}`]: 5,
    [`tollgate_cooldowns_total{${labels}}`]: 1,
    [`tollgate_attempts_in_flight{${labels}}`]: 1,
    [`tollgate_deployment_cooling{${labels}}`]: 1,
  });
});

test('what a process counted stays when it is gone, and is not counted twice; its gauges go', async () => {
  const crew = createCrewMetrics<string>();
  const [a, next] = [worker(9, 7), worker(1, 7)];
  a.answer(3);
  await crew.text([], new Map([['a', await a.own()]]));
  a.answer(1);
  crew.note('a', await a.own());
  crew.retire('a');
  next.answer(2);
  const families = await next.own();
  for (let times = 0; times < 2; times += 1) {
    const values = read(await crew.text([], new Map([['next', families]])));
    expect(values).toMatchObject({ [ANSWERED]: 6, tollgate_request_seconds_count: 6, tollgate_requests_in_flight: 1 });
  }
});

test('of a process that does not answer the last counts are told, so that no sum falls', async () => {
  const crew = createCrewMetrics<string>();
  const a = worker(0, 7);
  a.answer(4);
  crew.note('a', await a.own());
  expect(read(await crew.text([], new Map<string, readonly MetricFamily[]>()))).toMatchObject({ [ANSWERED]: 4 });
});

test('the text of one process has what its data have', async () => {
  const a = worker(1, 7);
  a.answer(2);
  const text = await a.text();
  expect(read(text)).toMatchObject({ [ANSWERED]: 2, 'tollgate_overhead_seconds_bucket{le="0.0005"}': 2 });
  expect(text).toContain('# TYPE tollgate_request_seconds histogram');
  expect(text).toContain('process_cpu_seconds_total');
});

test('the counts of many processes that ended are kept as one', async () => {
  const crew = createCrewMetrics<number>();
  for (let life = 0; life < 100; life += 1) {
    const a = worker(0, 7);
    a.answer(1);
    crew.note(life, await a.own());
    crew.retire(life);
  }
  expect(read(await crew.text([], new Map()))).toMatchObject({ [ANSWERED]: 100, tollgate_request_seconds_count: 100 });
});
