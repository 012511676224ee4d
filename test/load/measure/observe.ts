import { readCpuSeconds, readMachineCpuSeconds, readReapedCpuSeconds } from '../machine/process-figures.ts';
import type { Load } from './round.ts';

async function readAll(gatewayPid: number, upstreamPid: number) {
  const pids = [...new Set([gatewayPid, upstreamPid, process.pid])];
  const each = await Promise.all(pids.map(readCpuSeconds));
  const ours = each.reduce((sum, seconds) => sum + seconds, await readReapedCpuSeconds());
  return {
    atMs: performance.now(),
    gateway: await readCpuSeconds(gatewayPid),
    ours,
    machine: await readMachineCpuSeconds(),
  };
}

/** Does `work` and tells what it cost; generators have to have ended when it resolves, for they count as reaped children. */
export async function observeLoad<T>(
  gatewayPid: number,
  upstreamPid: number,
  work: () => Promise<T>,
): Promise<readonly [T, Load]> {
  const before = await readAll(gatewayPid, upstreamPid);
  const result = await work();
  const after = await readAll(gatewayPid, upstreamPid);
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
