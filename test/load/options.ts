import { parseArgs } from 'node:util';
import type { GatewayName } from './gateways/gateway.ts';
import { GATEWAY_NAMES } from './gateways/gateway.ts';
import type { PinMode } from './machine/pinning.ts';
import { PIN_MODES } from './machine/pinning.ts';

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
};
const QUICK = { ...DEFAULTS, rounds: '1', 'stream-rounds': '1', seconds: '2', streams: '100' };

function oneOf<T extends string>(option: string, known: readonly T[], text: string): T {
  const found = known.find((name) => name === text);
  if (found === undefined) throw new Error(`--${option}: ${JSON.stringify(text)} is not one of ${known.join(', ')}`);
  return found;
}

function wholeNumber(option: string, text: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text))
    throw new Error(`--${option}: ${JSON.stringify(text)} is not a whole number from 1`);
  return Number(text);
}

/** Reads the command line; throws with a message that says which option is wrong and what would be right. */
export function parseOptions(args: readonly string[]): Options | 'help' {
  const text = { type: 'string' } as const;
  const names = Object.fromEntries(Object.keys(DEFAULTS).map((name) => [name, text]));
  const values: Readonly<Record<string, string | boolean | undefined>> = parseArgs({
    // pnpm passes the `--` on that separates its own options.
    args: args.filter((arg) => arg !== '--'),
    options: { ...names, quick: { type: 'boolean' }, help: { type: 'boolean' } },
  }).values;
  if (values['help'] === true) return 'help';
  const textOf = (name: keyof typeof DEFAULTS): string =>
    String(values[name] ?? (values['quick'] === true ? QUICK : DEFAULTS)[name]);
  const number = (name: keyof typeof DEFAULTS): number => wholeNumber(name, textOf(name));
  const list = (name: keyof typeof DEFAULTS): string[] => [...new Set(textOf(name).split(','))];
  return {
    gateways: list('gateways').map((name) => oneOf('gateways', GATEWAY_NAMES, name)),
    scenarios: list('only').map((name) => oneOf('only', SCENARIOS, name)),
    rounds: number('rounds'),
    streamRounds: number('stream-rounds'),
    seconds: number('seconds'),
    connections: number('connections'),
    ratePerSecond: number('rate'),
    concurrencies: list('streams').map((count) => wholeNumber('streams', count)),
    closedGenerator: oneOf('generator', GENERATORS, textOf('generator')),
    pin: oneOf('pin', PIN_MODES, textOf('pin')),
  };
}
