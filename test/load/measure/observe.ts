import { readCpuSeconds, readMachineCpuSeconds, readReapedCpuSeconds } from '../machine/process-figures.ts';
import type { Load } from './round.ts';

async function readAll(gatewayPids: readonly number[], upstreamPid: number) {
  const pids = [...new Set([...gatewayPids, upstreamPid, process.pid])];
  const ours = (await readCpuSeconds(pids)) + (await readReapedCpuSeconds());
  return {
    atMs: performance.now(),
    gateway: await readCpuSeconds(gatewayPids),
    ours,
    machine: await readMachineCpuSeconds(),
  };
}

/** Does `work` and tells what it cost; generators have to have ended when it resolves, for they count as reaped children. */
export async function observeLoad<T>(
  gatewayPids: readonly number[],
  upstreamPid: number,
  work: () => Promise<T>,
): Promise<readonly [T, Load]> {
  const before = await readAll(gatewayPids, upstreamPid);
  const result = await work();
  const after = await readAll(gatewayPids, upstreamPid);
  const wallSeconds = (after.atMs - before.atMs) / 1000;
  const others = after.machine - before.machine - (after.ours - before.ours);
  return [
    result,
    {
      gatewayCpuSeconds: after.gateway - before.gateway,
      wallSeconds,
      otherCpus: Math.max(0, others / wallSeconds),
    },
  ];
}
