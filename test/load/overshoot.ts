/** How far a budget is overdrawn where nobody knows how long answers will be: see README.md. */
import type { UsageRecord } from '@tollgate/schema';
import { startNodes } from './gateways/nodes.ts';
import { readMachineFacts } from './machine/facts.ts';
import { KINDS, type Kind } from './overshoot/kinds.ts';
import { measureOvershoot, type Overshoot } from './overshoot/measure-overshoot.ts';
import { readArguments } from './read-arguments.ts';
import { figure, table } from './report/table.ts';
import { writeResults } from './report/write-results.ts';
import { runCommand, stopOnInterrupt } from './run-command.ts';

const KIND_IDS = KINDS.map(({ id }) => id);
const USAGE = `Options of the measurement of overdrawn budgets (defaults in brackets):
  --clients LIST    clients at once [1,16,64,256]
  --kinds LIST      ${KIND_IDS.join(', ')} [all]
  --nodes N         that the clients are spread over [1]
  --seed N          of the lengths of answers and their order [1]
  --quick           1 and 16 clients`;

type Options = {
  readonly clients: readonly number[];
  readonly kinds: readonly Kind[];
  readonly nodes: number;
  readonly seed: number;
};

async function measure(options: Options): Promise<void> {
  const startedAt = new Date();
  const machine = await readMachineFacts();
  const records: UsageRecord[] = [];
  const names = Array.from({ length: options.nodes }, (_, index) => `overshoot-${index}`);
  const env = { TOLLGATE_SEAL_AFTER_MS: '100' };
  const nodes = await startNodes(names, { env }, (record) => void records.push(record));
  stopOnInterrupt(nodes.stop);
  try {
    await nodes.commit([{ putProvider: { name: 'mock', spec: { type: 'mock' } } }]);
    const figures: Overshoot[] = [];
    for (const kind of options.kinds) {
      for (const clients of options.clients) {
        say(`${kind.name}, ${clients} at once`);
        figures.push(await measureOvershoot(nodes, records, { kind, clients, seed: options.seed }));
      }
    }
    process.stdout.write(`\n${figures.map(toWarnings).join('')}${render(figures)}\n`);
    say(`\nwritten to ${await writeResults('overshoot-', { startedAt, machine, options, figures }, startedAt)}`);
  } finally {
    await nodes.stop();
  }
}

function render(figures: readonly Overshoot[]): string {
  const usd = (nanoUsd: number): string => figure(nanoUsd / 1e9, 6);
  return table(
    ['kind', 'clients', 'answers', 'budget USD', 'charged', 'over %', 'over/dearest', 'bound %', 'unused %', 'stopped'],
    figures.map(({ kind, clients, answers, budget, charged, dearest, bound, stopped }) => {
      const over = Math.max(0, charged - budget);
      return [
        kind,
        String(clients),
        String(answers),
        usd(budget),
        usd(charged),
        figure((100 * over) / budget, 2),
        figure(over / dearest, 2),
        figure((100 * bound) / budget, 2),
        figure((100 * Math.max(0, budget - charged)) / budget, 2),
        String(stopped),
      ];
    }),
  );
}

/** What should not be. */
function toWarnings({ kind, clients, budget, charged, recorded, bound, failures }: Overshoot): string {
  const where = `${kind}, ${clients} at once:`;
  return [
    charged === recorded ? '' : `${where} ${charged} nano-USD are settled, but the records have ${recorded}\n`,
    charged - budget <= bound ? '' : `${where} overdrawn by more than the bound\n`,
    ...Object.entries(failures).map(([reason, count]) => `${where} ${count} failed: ${reason}\n`),
  ].join('');
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

function parse(args: readonly string[]): Options | 'help' {
  const defaults = { clients: '1,16,64,256', kinds: KIND_IDS.join(), nodes: '1', seed: '1' };
  const given = readArguments(args, { defaults, quick: { ...defaults, clients: '1,16' }, digitsMax: 9 });
  if (given === 'help') return 'help';
  const ids = given.someOf('kinds', KIND_IDS);
  return {
    clients: given.numbers('clients'),
    kinds: KINDS.filter(({ id }) => ids.includes(id)),
    nodes: given.number('nodes'),
    seed: given.number('seed'),
  };
}

await runCommand({ usage: USAGE, parse, run: measure, say });
