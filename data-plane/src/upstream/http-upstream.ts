import { type Dispatcher, Pool } from 'undici';
import type { Upstream } from './upstream.ts';
import { toUpstreamFailure } from './upstream-failure.ts';

const CONNECT_TIMEOUT_MS = 10_000;
const KEEP_ALIVE_MS = 30_000;

/** Calls providers over HTTP/1.1 with one pool of kept-alive connections for each origin. */
export function createHttpUpstream(): Upstream {
  const pools = new Map<string, Pool>();

  function poolOf(origin: string): Pool {
    let pool = pools.get(origin);
    if (pool === undefined) {
      pool = new Pool(origin, {
        connections: null,
        pipelining: 1,
        allowH2: false,
        connect: { timeout: CONNECT_TIMEOUT_MS },
        keepAliveTimeout: KEEP_ALIVE_MS,
      });
      pools.set(origin, pool);
    }
    return pool;
  }

  return {
    dispatch({ deployment, body, timeoutMs }, handlers) {
      let controller: Dispatcher.DispatchController | undefined;
      let isOver = false;
      const options: Dispatcher.DispatchOptions = {
        path: deployment.path,
        method: 'POST',
        headers: deployment.headers as string[],
        body,
        headersTimeout: timeoutMs,
        bodyTimeout: timeoutMs,
      };
      poolOf(deployment.origin).dispatch(options, {
        onRequestStart(started) {
          controller = started;
          if (isOver) started.abort(new Error('cancelled'));
        },
        onResponseStart(_controller, status, headers) {
          if (isOver || status < 200) return;
          handlers.onHead(status, (name) => String(headers[name] ?? ''));
        },
        onResponseData(_controller, chunk) {
          if (!isOver) handlers.onData(chunk);
        },
        onResponseEnd() {
          if (isOver) return;
          isOver = true;
          handlers.onEnd();
        },
        onResponseError(_controller, error) {
          if (isOver) return;
          isOver = true;
          handlers.onFailure(toUpstreamFailure(error, deployment.providerName));
        },
      });
      return {
        cancel() {
          isOver = true;
          controller?.abort(new Error('cancelled'));
        },
        pause: () => controller?.pause(),
        resume: () => controller?.resume(),
      };
    },
    async close() {
      await Promise.all([...pools.values()].map((pool) => pool.destroy()));
    },
  };
}
