import type { Deployment } from '../routing/route.ts';
import { CLOSED_IDLE } from './http1/connection.ts';
import { type ConnectionPool, createConnectionPool } from './http1/connection-pool.ts';
import { requestBytes, requestHead } from './http1/request-head.ts';
import { createWriteBurst } from './http1/write-burst.ts';
import type { Upstream } from './upstream.ts';
import { toUpstreamFailure } from './upstream-failure.ts';

type Endpoint = { readonly pool: ConnectionPool; readonly head: string };

/** Calls providers over HTTP/1.1, with kept-alive connections for each origin. */
export function createHttpUpstream(): Upstream {
  const burst = createWriteBurst();
  const pools = new Map<string, ConnectionPool>();
  const endpoints = new WeakMap<Deployment, Endpoint>();

  function poolOf(origin: URL): ConnectionPool {
    const pool = pools.get(origin.origin) ?? createConnectionPool(origin, burst);
    pools.set(origin.origin, pool);
    return pool;
  }

  function endpointOf(deployment: Deployment): Endpoint {
    const known = endpoints.get(deployment);
    if (known !== undefined) return known;
    const origin = new URL(deployment.origin);
    const endpoint = { pool: poolOf(origin), head: requestHead(origin, deployment.path, deployment.headers) };
    endpoints.set(deployment, endpoint);
    return endpoint;
  }

  return {
    dispatch({ deployment, body, timeouts }, handlers) {
      const { pool, head } = endpointOf(deployment);
      const request = requestBytes(head, body);
      let connection = pool.take();
      let isOver = false;
      send();

      function send(): void {
        connection.call(request, timeouts, {
          onHead: ({ status, header }) => handlers.onHead(status, header),
          onData: (chunk) => handlers.onData(chunk),
          onEnd() {
            isOver = true;
            handlers.onEnd();
          },
          onFailure(code) {
            if (code === CLOSED_IDLE) return sendAnew();
            isOver = true;
            handlers.onFailure(toUpstreamFailure(code, deployment.providerName));
          },
        });
      }

      /** A server may close an idle connection just as a call is written to it. A new connection cannot fail so again. */
      function sendAnew(): void {
        connection = pool.open();
        send();
      }

      return {
        /** Once its call is over the connection belongs to another. */
        cancel() {
          if (!isOver) connection.destroy();
          isOver = true;
        },
        pause() {
          if (!isOver) connection.pause();
        },
        resume() {
          if (!isOver) connection.resume();
        },
      };
    },
    async close() {
      for (const pool of pools.values()) pool.close();
    },
  };
}
