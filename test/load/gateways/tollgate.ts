import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { hashSecret } from '@tollgate/schema';
import { findFreePort, startPlane } from '@tollgate/stack';
import { workersOf } from '../../support/workers-of.ts';
import type { GatewayContext, RunningGateway } from './gateway.ts';
import { signedSnapshot } from './signed-snapshot.ts';
import { startUsageSink } from './usage-sink.ts';

/** A model whose answers take so long that its requests hold their places as long as they are wanted to. */
export const HELD_MODEL = 'held';
const HELD_MODEL_LATENCY_MS = 60_000;

const API_KEY = 'sk-load-test-key-0123456789';

/**
 * One Tollgate node as it runs anywhere: key check, access check, both bodies parsed, cost, a record of each request
 * written to the spool before its answer ends, and shipped. Its configuration comes from its disk copy, and its usage goes
 * to a sink that says yes, so that no control plane, database or ingester takes part in what is measured.
 */
export async function startTollgate({
  upstream,
  folder,
  nodeArguments,
  tollgateEnv = {},
}: GatewayContext): Promise<RunningGateway> {
  const sealKey = randomBytes(32).toString('base64');
  const configFolder = join(folder, 'node', 'config');
  await mkdir(configFolder, { recursive: true });
  await writeFile(
    join(configFolder, 'snapshot.ndjson'),
    signedSnapshot(sealKey, [
      { kind: 'provider', id: 'stub', value: { type: 'openai-compatible', baseUrl: upstream.url } },
      {
        kind: 'model',
        id: upstream.model,
        value: { deployments: [{ name: 'stub', provider: 'stub', model: upstream.model, weight: 1 }] },
      },
      { kind: 'provider', id: 'mock', value: { type: 'mock' } },
      {
        kind: 'model',
        id: HELD_MODEL,
        value: {
          deployments: [
            { name: 'held', provider: 'mock', model: 'mock', weight: 1, mock: { latencyMs: HELD_MODEL_LATENCY_MS } },
          ],
        },
      },
      { kind: 'team', id: 'load', value: { models: [upstream.model, HELD_MODEL] } },
      { kind: 'virtual-key', id: 'load', value: { secretHash: hashSecret(API_KEY), team: 'load' } },
    ]),
  );
  const sink = await startUsageSink();
  const node = await startPlane('data-plane', {
    nodeArgs: nodeArguments,
    env: {
      TOLLGATE_SEAL_KEY: sealKey,
      TOLLGATE_DATA_DIR: folder,
      TOLLGATE_GATEWAY_PORT: String(await findFreePort()),
      TOLLGATE_CONTROL_URL: `http://127.0.0.1:${await findFreePort()}`,
      TOLLGATE_ANALYTICS_URL: sink.url,
      LOG_LEVEL: 'error',
      ...tollgateEnv,
    },
  });
  return {
    name: 'tollgate',
    url: `${node.url}/v1`,
    model: upstream.model,
    apiKey: API_KEY,
    pids: () => [node.pid, ...workersOf(node.pid)],
    async stop() {
      await node.stop();
      await sink.stop();
    },
  };
}
