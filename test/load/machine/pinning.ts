import { spawnSync } from 'node:child_process';

/**
 * Who has which CPU: `gateway-alone` gives the gateway one of its own and leaves the generator and the stub provider the
 * other; `generator-alone` lets the gateway and the stub provider share one; `auto` takes the one that suits the load;
 * `off` leaves it to the scheduler.
 */
export const PIN_MODES = ['auto', 'gateway-alone', 'generator-alone', 'off'] as const;
export type PinMode = (typeof PIN_MODES)[number];

/** CPU numbers for each role. */
export interface Placement {
  readonly generator: number;
  readonly upstream: number;
  readonly gateway: number;
}

/**
 * The CPUs for `mode` on a machine with `cores`; undefined means that nothing is pinned. Three cores suit every mode.
 * With `auto`, a generator that `waitsBusily` has its CPU to itself, for it would keep the stub provider waiting.
 */
export function placement(mode: PinMode, waitsBusily: boolean, cores: number): Placement | undefined {
  if (mode === 'off' || cores < 2) return undefined;
  if (cores >= 3) return { generator: 0, upstream: 1, gateway: 2 };
  switch (mode) {
    case 'auto':
      return placement(waitsBusily ? 'generator-alone' : 'gateway-alone', waitsBusily, cores);
    case 'gateway-alone':
      return { generator: 0, upstream: 0, gateway: 1 };
    case 'generator-alone':
      return { generator: 0, upstream: 1, gateway: 1 };
    default:
      return mode satisfies never;
  }
}

/** Moves a process with all its threads to one CPU; throws when the system refuses. */
export function pinProcess(pid: number, cpu: number): void {
  const { status, stderr } = spawnSync('taskset', ['-a', '-c', '-p', String(cpu), String(pid)], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`process ${pid} could not be moved to CPU ${cpu}: ${stderr}`);
}

/** A command line that starts `command` on one CPU, or as it is when `cpu` is undefined. */
export function pinnedCommand(cpu: number | undefined, command: readonly [string, ...string[]]): [string, ...string[]] {
  return cpu === undefined ? [...command] : ['taskset', '-c', String(cpu), ...command];
}
