import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Awaiting } from '../api/propagation.ts';

const TIMEOUT_SECONDS_DEFAULT = 30;
const TIMEOUT_SECONDS_MAX = 60;

export type AwaitOptions = { readonly await?: 'all' | 'quorum' | true; readonly awaitTimeout?: number };

/** The options of commands that commit: whether to wait for the nodes. */
export const addAwaitOptions = (command: Command): Command =>
  command
    .addOption(
      new Option(
        '--await [nodes]',
        'wait until the live nodes enforce the change, and exit 1 if they do not in time; says how many are away',
      ).choices(['all', 'quorum']),
    )
    .addOption(
      new Option('--await-timeout <seconds>', 'how long to wait')
        .default(TIMEOUT_SECONDS_DEFAULT)
        .argParser(parseSeconds),
    );

/** `--await` alone means all nodes. */
export function toAwaiting({ await: nodes, awaitTimeout }: AwaitOptions): Awaiting | undefined {
  if (nodes === undefined) return undefined;
  const timeoutMs = (awaitTimeout ?? TIMEOUT_SECONDS_DEFAULT) * 1_000;
  return { nodes: nodes === 'quorum' ? 'QUORUM' : 'ALL', timeoutMs };
}

function parseSeconds(text: string): number {
  const seconds = Number(text);
  if (!Number.isInteger(seconds) || seconds < 0 || seconds > TIMEOUT_SECONDS_MAX)
    throw new InvalidArgumentError(`It should be a whole number from 0 to ${TIMEOUT_SECONDS_MAX}.`);
  return seconds;
}
