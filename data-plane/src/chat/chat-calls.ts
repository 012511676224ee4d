import type { MockBehaviour, ModelConfig } from '@tollgate/schema';
import { createMockUpstream } from '../upstream/mock-upstream.ts';
import type { Upstream } from '../upstream/upstream.ts';

/** Models with mock deployments for tests, and which of them are called. */

type Failure = NonNullable<MockBehaviour['failures']>[number];

export const always = (failure: object): MockBehaviour => ({ failures: [{ rate: 1, ...failure } as Failure] });

export const status = (code: number, retryAfterSeconds?: number): MockBehaviour =>
  always({ kind: 'status', status: code, ...(retryAfterSeconds !== undefined && { retryAfterSeconds }) });

export const deployment = (
  name: string,
  mock: MockBehaviour = {},
  order?: number,
): ModelConfig['deployments'][number] => ({ name, provider: 'p', model: 'm', weight: 1, mock, order });

export const model = (
  deployments: ModelConfig['deployments'],
  more: Omit<ModelConfig, 'deployments'> = {},
): ModelConfig => ({ deployments, ...more });

/** The mock provider, with the names of the deployments that were called and cancelled, in turn. */
export function spiedUpstream(): {
  readonly upstream: Upstream;
  readonly calls: string[];
  readonly cancelled: string[];
} {
  const [calls, cancelled]: [string[], string[]] = [[], []];
  const mock = createMockUpstream();
  const upstream: Upstream = {
    close: mock.close,
    dispatch(request, handlers) {
      calls.push(request.deployment.name);
      const call = mock.dispatch(request, handlers);
      return {
        ...call,
        cancel() {
          cancelled.push(request.deployment.name);
          call.cancel();
        },
      };
    },
  };
  return { upstream, calls, cancelled };
}
