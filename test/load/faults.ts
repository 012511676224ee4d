/** How many requests are answered, and how fast, with and without the routing policy while a provider fails: see README.md. */
import type { UsageRecord } from '@tollgate/schema';
import { waitFor } from '../support/wait-for.ts';
import { FAULTS, modelsOf } from './faults/faults.ts';
import { type Load, measureModel, type Seen } from './faults/measure-fault.ts';
import { startNodes } from './gateways/nodes.ts';
import { readMachineFacts } from './machine/facts.ts';
import { readArguments } from './read-arguments.ts';
import { figure, table } from './report/table.ts';
import { writeResults } from './report/write-results.ts';
import { runCommand, stopOnInterrupt } from './run-command.ts';

const USAGE = `Options of the measurement of faults (defaults in brackets):
  --requests N      requests of each kind, without and with the policy [400]
  --seconds N       as many as go into that time instead
  --connections N   each sends its next request when it has its answer [16]
  --quick           64 requests`;

const API_KEY = 'sk-load-test-key-0123456789';
const RECORDS_PATIENCE_MS = 30_000;

type Options = Pick<Load, 'connections' | 'until'>;
type Figures = {
  readonly fault: string;
  readonly stream: boolean;
  readonly without: Seen;
  readonly with: Seen & { readonly attemptsPerRequest: number };
};

async function measure({ connections, until }: Options): Promise<void> {
  const startedAt = new Date();
  const machine = await readMachineFacts();
  /** Attempts of each request, by its model. */
  const attempts = new Map<string, number[]>();
  const onRecord = ({ model, attempts: count }: UsageRecord): void => {
    attempts.set(model, [...(attempts.get(model) ?? []), count]);
  };
  // Records are shipped soon, so that each is there when its model was measured.
  const nodes = await startNodes(['faults'], { env: { TOLLGATE_SEAL_AFTER_MS: '100' } }, onRecord);
  stopOnInterrupt(nodes.stop);
  try {
    const cases = FAULTS.flatMap((fault, index) =>
      [false, true]
        .filter((stream) => fault.stream === undefined || fault.stream === stream)
        .map((stream) => ({ fault, stream, ...modelsOf(fault, `fault-${index}-${stream ? 'stream' : 'whole'}`) })),
    );
    await nodes.commit([
      { putProvider: { name: 'mock', spec: { type: 'mock' } } },
      ...cases.flatMap(({ bare, policy }) => [{ putModel: bare }, { putModel: policy }]),
      { putVirtualKey: { name: 'load', spec: { secret: { value: API_KEY } } } },
    ]);
    const load = { url: nodes.all[0]?.url ?? '', apiKey: API_KEY, connections, until };
    const figures: Figures[] = [];
    for (const { fault, stream, bare, policy } of cases) {
      say(`${fault.what}, ${stream ? 'streams' : 'whole answers'}`);
      const without = await measureModel(load, bare.name, stream);
      const seen = await measureModel(load, policy.name, stream);
      const counts = await waitFor(
        'a record of each request',
        () => {
          const found = attempts.get(policy.name) ?? [];
          return found.length === seen.requests ? found : undefined;
        },
        RECORDS_PATIENCE_MS,
      );
      const attemptsPerRequest = counts.reduce((sum, count) => sum + count, 0) / counts.length;
      figures.push({ fault: fault.what, stream, without, with: { ...seen, attemptsPerRequest } });
    }
    process.stdout.write(`\n${render(figures)}\n`);
    const parameters = { connections, until };
    say(`\nwritten to ${await writeResults('faults-', { startedAt, machine, parameters, figures }, startedAt)}`);
  } finally {
    await nodes.stop();
  }
}

function render(figures: readonly Figures[]): string {
  const percent = ({ whole, requests }: Seen): string => figure((100 * whole) / requests, 1);
  return table(
    ['fault', 'kind', '% whole', 'with', 'p50 ms', 'with', 'p99 ms', 'with', 'attempts with'],
    figures.map(({ fault, stream, without, with: policy }) => [
      fault,
      stream ? 'stream' : 'whole',
      percent(without),
      percent(policy),
      figure(without.latencyMs.p50, 0),
      figure(policy.latencyMs.p50, 0),
      figure(without.latencyMs.p99, 0),
      figure(policy.latencyMs.p99, 0),
      figure(policy.attemptsPerRequest, 2),
    ]),
  );
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

function parse(args: readonly string[]): Options | 'help' {
  const given = readArguments(args, {
    defaults: { requests: '400', connections: '16', seconds: '1' },
    quick: { requests: '64', connections: '16', seconds: '1' },
    digitsMax: 5,
  });
  if (given === 'help') return 'help';
  const isTimed = given.optional('seconds') !== undefined;
  return {
    connections: given.number('connections'),
    until: isTimed ? { seconds: given.number('seconds') } : { requests: given.number('requests') },
  };
}

await runCommand({ usage: USAGE, parse, run: measure, say });
