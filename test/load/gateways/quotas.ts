import { waitFor } from '../../support/wait-for.ts';
import { workersOf } from '../../support/workers-of.ts';
import { startBed } from '../control/bed.ts';
import { commit } from '../control/change-sets.ts';
import type { GatewayContext, RunningGateway } from './gateway.ts';
import { startUsageSink } from './usage-sink.ts';

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
  const bed = await startBed(undefined);
  const sink = await startUsageSink();
  const stop = async () => {
    await bed.stop();
    await sink.stop();
  };
  try {
    await commit(bed.graphql, [
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
    const node = await bed.startNode('quotas', {
      env: { TOLLGATE_ANALYTICS_URL: sink.url, ...tollgateEnv },
      nodeArgs: nodeArguments,
    });
    await waitFor('the node to have its configuration', async () => (await fetch(`${node.url}/readyz`)).ok);
    return {
      name: 'quotas',
      url: `${node.url}/v1`,
      model: upstream.model,
      apiKey: API_KEY,
      pids: () => [node.pid, ...workersOf(node.pid)],
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
