import { readArguments } from '../read-arguments.ts';

export const MEASUREMENTS = ['commits', 'propagation', 'plan', 'scale'] as const;
export type Measurement = (typeof MEASUREMENTS)[number];

export interface Options {
  readonly measurements: readonly Measurement[];
  /** Length of each measurement of commits. */
  readonly seconds: number;
  readonly writers: readonly number[];
  readonly nodes: number;
  /** Processes that share the light nodes. */
  readonly nodeProcesses: number;
  /** How often a key is blocked and unblocked. */
  readonly rounds: number;
  /** Entities of the document that is planned. */
  readonly entities: number;
  readonly keys: number;
  /** Processes that serve, of the node in the measurement of scale. */
  readonly workers: number;
  /** A folder that keeps the database with its keys for the next run; temporary if left out. */
  readonly data: string | undefined;
}

export const USAGE = `Options of the benchmark of the control plane (defaults in brackets):
  --only LIST       measurements of ${MEASUREMENTS.join(', ')} [all]
  --seconds N       length of each measurement of commits [10]
  --writers LIST    writers at once [1,16]
  --nodes N         light nodes that follow [50]
  --processes N     processes that they share [5]
  --rounds N        how often a key is blocked and unblocked [100]
  --entities N      entities of the document that is planned [10000]
  --keys N          virtual keys of the measurement of scale [1000000]
  --workers N       processes that serve, of the node in that measurement [1]
  --data FOLDER     keeps the database there, so that the keys are made once
  --quick           3 seconds, 10 nodes, 20 rounds, 1,000 entities, 20,000 keys
  --help`;

const DEFAULTS = {
  only: MEASUREMENTS.join(),
  seconds: '10',
  writers: '1,16',
  nodes: '50',
  processes: '5',
  rounds: '100',
  entities: '10000',
  keys: '1000000',
  workers: '1',
};
const QUICK = { ...DEFAULTS, seconds: '3', nodes: '10', rounds: '20', entities: '1000', keys: '20000' };

const FORM = { defaults: DEFAULTS, quick: QUICK, digitsMax: 7, optional: ['data'] };

/** Reads the command line; throws with a message that says which option is wrong and what would be right. */
export function parseOptions(args: readonly string[]): Options | 'help' {
  const given = readArguments(args, FORM);
  if (given === 'help') return 'help';
  return {
    measurements: given.someOf('only', MEASUREMENTS),
    seconds: given.number('seconds'),
    writers: given.numbers('writers'),
    nodes: given.number('nodes'),
    nodeProcesses: given.number('processes'),
    rounds: given.number('rounds'),
    entities: given.number('entities'),
    keys: given.number('keys'),
    workers: given.number('workers'),
    data: given.optional('data'),
  };
}
