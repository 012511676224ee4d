import type { GatewayError } from '@tollgate/schema';
import { type MockIdentity, mockAnswer, mockChunks } from '../dialects/mock/mock-answer.ts';
import { type MockFailure, mockFailure } from '../dialects/mock/mock-failure.ts';
import type { Upstream, UpstreamHandlers, UpstreamRequest } from './upstream.ts';

/**
 * The built-in provider: answers as its deployment's behaviour says, with real time, pacing and backpressure, but without
 * a network. Nothing is called before `dispatch` has returned.
 */
export function createMockUpstream(): Upstream {
  /** Requests so far by deployment, on which its failures depend; a deployment of a new revision counts anew. */
  const counts = new WeakMap<object, number>();

  return {
    dispatch(request, handlers) {
      const count = (counts.get(request.deployment) ?? 0) + 1;
      counts.set(request.deployment, count);
      return play(request, handlers, mockFailure(request.deployment.mock ?? {}, count));
    },
    close: async () => {},
  };
}

function play(request: UpstreamRequest, handlers: UpstreamHandlers, failure: MockFailure | undefined) {
  const behaviour = request.deployment.mock ?? {};
  let isOver = false;
  let isPaused = false;
  const chunkIntervalMs = failure?.kind === 'drip' ? failure.chunkIntervalMs : (behaviour.chunkIntervalMs ?? 0);
  const { firstTokenMs, idleMs } = request.timeouts;
  const latencyMs = failure?.kind === 'latency' ? failure.latencyMs : (behaviour.latencyMs ?? 0);
  const isTooLate = failure?.kind === 'hang' || latencyMs > firstTokenMs;
  let timer = isTooLate ? setTimeout(timeOut, firstTokenMs) : setTimeout(begin, latencyMs);

  function timeOut(): void {
    fail('upstream_timeout', 'did not answer in time');
  }

  function begin(): void {
    switch (failure?.kind) {
      case undefined:
      case 'reset_mid_stream':
      case 'latency':
      case 'drip':
        return request.chat.stream ? stream() : answer(mockAnswer(request.chat, behaviour, identityOf(request)).body);
      case 'hang':
        return timeOut();
      case 'reset':
        return fail('upstream_connection_reset', 'reset the connection');
      case 'garbage':
        return answer(Buffer.from('<html>not what you asked for'));
      case 'status':
        return refuse(failure);
      default:
        return failure satisfies never;
    }
  }

  function answer(body: Buffer): void {
    if (failure?.kind === 'reset_mid_stream') return fail('upstream_connection_reset', 'reset the connection');
    handlers.onHead(200, (name) => (name === 'content-type' ? 'application/json' : ''));
    finishWith(body);
  }

  function refuse({ status, retryAfterSeconds, code }: Extract<MockFailure, { kind: 'status' }>): void {
    const headers: Record<string, string> = {
      'content-type': 'application/json',
      'retry-after': String(retryAfterSeconds ?? ''),
    };
    handlers.onHead(status, (name) => headers[name] ?? '');
    const error = {
      message: `The mock provider was told to answer ${status}.`,
      type: 'mock_error',
      param: null,
      code: code ?? null,
    };
    finishWith(Buffer.from(JSON.stringify({ error })));
  }

  function finishWith(body: Buffer): void {
    handlers.onData(body);
    if (isOver) return;
    isOver = true;
    handlers.onEnd();
  }

  function stream(): void {
    handlers.onHead(200, (name) => (name === 'content-type' ? 'text/event-stream' : ''));
    // Usage is always said: whether the client sees it is decided where it is for every provider.
    chunks = mockChunks({ ...request.chat, includeUsage: true }, behaviour, identityOf(request));
    pump();
  }

  let chunks: Generator<Buffer, void> | undefined;
  let sent = 0;

  function pump(): void {
    while (!isOver && !isPaused && chunks !== undefined) {
      if (failure?.kind === 'reset_mid_stream' && sent >= failure.afterChunks)
        return fail('upstream_connection_reset', 'reset the connection');
      const { value, done } = chunks.next();
      if (done || value === undefined) {
        isOver = true;
        return handlers.onEnd();
      }
      sent += 1;
      handlers.onData(value);
      if (chunkIntervalMs > 0) {
        timer = chunkIntervalMs > idleMs ? setTimeout(timeOut, idleMs) : setTimeout(pump, chunkIntervalMs);
        return;
      }
    }
  }

  function fail(code: GatewayError['code'], what: string): void {
    if (isOver) return;
    isOver = true;
    handlers.onFailure({ code, message: `The provider ${request.deployment.providerName} ${what}.` });
  }

  return {
    cancel() {
      isOver = true;
      clearTimeout(timer);
    },
    pause() {
      isPaused = true;
    },
    resume() {
      if (!isPaused) return;
      isPaused = false;
      clearTimeout(timer);
      pump();
    },
  };
}

function identityOf({ requestId, chat }: UpstreamRequest): MockIdentity {
  return { requestId, model: chat.model, createdSeconds: Math.floor(Date.now() / 1_000) };
}
