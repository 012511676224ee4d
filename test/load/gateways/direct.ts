import type { GatewayContext, RunningGateway } from './gateway.ts';

/** No gateway at all: the stub provider itself, which every other candidate is compared with. */
export async function startDirect({ upstream }: GatewayContext): Promise<RunningGateway> {
  return { ...upstream, name: 'direct', stop: async () => {} };
}
