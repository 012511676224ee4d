import type { GatewayName } from './gateways/gateway.ts';
import { GATEWAY_NAMES } from './gateways/gateway.ts';
import type { PinMode } from './machine/pinning.ts';
import { PIN_MODES } from './machine/pinning.ts';
import { readArguments } from './read-arguments.ts';

export const SCENARIOS = ['closed', 'open', 'streams'] as const;
export type Scenario = (typeof SCENARIOS)[number];
const GENERATORS = ['wrk', 'node'] as const;

export interface Options {
  readonly gateways: readonly GatewayName[];
  readonly scenarios: readonly Scenario[];
  /** Rounds of the closed and the open loop, and of streams, which take longer. */
  readonly rounds: number;
  readonly streamRounds: number;
  /** Length of one round of the closed and the open loop. */
  readonly seconds: number;
  /** Connections of the closed loop. */
  readonly connections: number;
  /** Requests per second of the open loop. */
  readonly ratePerSecond: number;
  readonly concurrencies: readonly number[];
  readonly closedGenerator: (typeof GENERATORS)[number];
  readonly pin: PinMode;
  /** Processes that serve, of Tollgate. */
  readonly workers: number;
}

export const USAGE = `Options of the benchmark (defaults in brackets):
  --gateways LIST      of ${GATEWAY_NAMES.join(', ')} [all]
  --only LIST          scenarios of ${SCENARIOS.join(', ')} [all]
  --rounds N           rounds of the closed and open loop [5]
  --stream-rounds N    rounds of streams [3]
  --seconds N          length of a round [4]
  --connections N      connections of the closed loop [64]
  --rate N             requests per second of the open loop [1000]
  --streams LIST       numbers of streams at once [100,500,1000]
  --generator NAME     of the closed loop: ${GENERATORS.join(' or ')} [wrk]
  --pin MODE           ${PIN_MODES.join(', ')} [auto]
  --workers N          processes that serve, of tollgate; with more than one nothing is pinned [1]
  --quick              one round of two seconds, 100 streams
  --help`;

const DEFAULTS = {
  gateways: GATEWAY_NAMES.join(),
  only: SCENARIOS.join(),
  rounds: '5',
  'stream-rounds': '3',
  seconds: '4',
  connections: '64',
  rate: '1000',
  streams: '100,500,1000',
  generator: 'wrk',
  pin: 'auto',
  workers: '1',
};
const QUICK = { ...DEFAULTS, rounds: '1', 'stream-rounds': '1', seconds: '2', streams: '100' };

const FORM = { defaults: DEFAULTS, quick: QUICK, digitsMax: 6 };

/** Reads the command line; throws with a message that says which option is wrong and what would be right. */
export function parseOptions(args: readonly string[]): Options | 'help' {
  const given = readArguments(args, FORM);
  if (given === 'help') return 'help';
  return {
    gateways: given.someOf('gateways', GATEWAY_NAMES),
    scenarios: given.someOf('only', SCENARIOS),
    rounds: given.number('rounds'),
    streamRounds: given.number('stream-rounds'),
    seconds: given.number('seconds'),
    connections: given.number('connections'),
    ratePerSecond: given.number('rate'),
    concurrencies: given.numbers('streams'),
    closedGenerator: given.oneOf('generator', GENERATORS),
    pin: given.oneOf('pin', PIN_MODES),
    workers: given.number('workers'),
  };
}
