import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startUpstream } from '../upstream/start-upstream.ts';
import type { GatewayContext, GatewayName, RunningGateway } from './gateway.ts';
import { GATEWAY_STARTERS } from './starters.ts';

/** The stub provider and the candidates in front of it. */
export interface TestBed {
  readonly upstream: RunningGateway;
  readonly gateways: readonly RunningGateway[];
  /** A temporary folder, removed by `stop`. */
  readonly folder: string;
  stop(): Promise<void>;
}

/** Starts everything; what was started is stopped again when one fails. */
export async function startTestBed(
  names: readonly GatewayName[],
  options: Omit<GatewayContext, 'upstream' | 'folder'>,
): Promise<TestBed> {
  const folder = await mkdtemp(join(tmpdir(), 'tollgate-load-'));
  const started: RunningGateway[] = [];
  const stop = async (): Promise<void> => {
    for (const process of started.toReversed()) await process.stop();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const upstream = await startUpstream(options.nodeArguments);
    started.push(upstream);
    const gateways: RunningGateway[] = [];
    for (const name of names) {
      const own = join(folder, name);
      await mkdir(own);
      const gateway = await GATEWAY_STARTERS[name]({ ...options, upstream, folder: own });
      started.push(gateway);
      gateways.push(gateway);
    }
    return { upstream, gateways, folder, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
