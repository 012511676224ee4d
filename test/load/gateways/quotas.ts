import { workersOf } from '../../support/workers-of.ts';
import type { GatewayContext, RunningGateway } from './gateway.ts';
import { startNodes } from './nodes.ts';

const API_KEY = 'sk-load-test-key-0123456789';
/** Nothing is refused for want of these, and each request reserves of all four. */
const ENOUGH = 900_000_000;

/**
 * The same node under four quotas that count every request: requests and tokens of the key, requests under way and requests of its team.
 * Their leases come from a real control plane on a real Postgres, which run beside it and are not measured.
 */
export async function startQuotas({
  upstream,
  nodeArguments,
  tollgateEnv = {},
}: GatewayContext): Promise<RunningGateway> {
  const nodes = await startNodes(['quotas'], { env: tollgateEnv, nodeArgs: nodeArguments });
  try {
    await nodes.commit([
      { putProvider: { name: 'stub', spec: { type: 'openai-compatible', baseUrl: upstream.url } } },
      { putModel: { name: upstream.model, spec: { deployments: [{ provider: 'stub', model: upstream.model }] } } },
      {
        putTeam: {
          name: 'load',
          spec: { rateLimits: [{ limit: '1000 concurrent' }, { limit: `${ENOUGH} requests`, window: 'minute' }] },
        },
      },
      {
        putVirtualKey: {
          name: 'load',
          spec: {
            team: 'load',
            secret: { value: API_KEY },
            rateLimits: [
              { limit: `${ENOUGH} requests`, window: '1m' },
              { limit: `${ENOUGH} tokens`, window: '1m' },
            ],
          },
        },
      },
    ]);
    const [node] = nodes.all;
    if (node === undefined) throw new Error('no node was started');
    return {
      name: 'quotas',
      url: `${node.url}/v1`,
      model: upstream.model,
      apiKey: API_KEY,
      pids: () => [node.pid, ...workersOf(node.pid)],
      stop: nodes.stop,
    };
  } catch (error) {
    await nodes.stop();
    throw error;
  }
}
