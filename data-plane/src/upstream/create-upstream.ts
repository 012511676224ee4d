import { createHttpUpstream } from './http-upstream.ts';
import { createMockUpstream } from './mock-upstream.ts';
import type { Upstream } from './upstream.ts';

/** Sends each call where its deployment's dialect is spoken: over HTTP, or to the built-in mock. */
export function createUpstream(): Upstream {
  const http = createHttpUpstream();
  const mock = createMockUpstream();
  return {
    dispatch: (request, handlers) => (request.deployment.mock === undefined ? http : mock).dispatch(request, handlers),
    async close() {
      await Promise.all([http.close(), mock.close()]);
    },
  };
}
