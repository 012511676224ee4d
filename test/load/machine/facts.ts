import { spawnSync } from 'node:child_process';
import { availableParallelism, cpus, release, totalmem } from 'node:os';
import { findProgram } from './find-program.ts';

/** What the figures depend on besides the candidates. */
export interface MachineFacts {
  readonly cpuModel: string;
  readonly cores: number;
  readonly memoryBytes: number;
  readonly kernel: string;
  readonly node: string;
  readonly nginx: string | null;
  readonly wrk: string | null;
}

async function firstLine(name: string, args: readonly string[]): Promise<string | null> {
  const program = await findProgram(name);
  if (program === undefined) return null;
  const { stdout, stderr } = spawnSync(program, args, { encoding: 'utf8' });
  return `${stdout}${stderr}`.split('\n')[0]?.trim() ?? null;
}

export async function readMachineFacts(): Promise<MachineFacts> {
  return {
    cpuModel: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
    memoryBytes: totalmem(),
    kernel: release(),
    node: process.version,
    nginx: await firstLine('nginx', ['-v']),
    wrk: await firstLine('wrk', ['-v']),
  };
}
