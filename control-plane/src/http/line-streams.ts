import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { createTurnstile } from '../snapshot/turnstile.ts';

/** Answers requests with lines of JSON, as fast as the reader takes them. */
export type LineStreams = {
  send(request: FastifyRequest, reply: FastifyReply, lines: () => AsyncIterable<string>): Promise<FastifyReply>;
};

/** Two chunks wait for the reader at most. */
const CHUNKS_WAITING_MAX = 2;

/**
 * At most `atOnce` answers are under way, because each holds a connection of the pool; `waitingMax` more wait, and who
 * comes then is asked to come again. None takes longer than `timeoutMs`, and none keeps the process from stopping.
 */
export function createLineStreams(
  app: FastifyInstance,
  limits: { readonly atOnce: number; readonly waitingMax: number; readonly timeoutMs: number },
): LineStreams {
  const open = new Set<Readable>();
  const turnstile = createTurnstile(limits.atOnce, limits.waitingMax);
  // A reader that is slow, or gone without a word, must not keep the process from stopping.
  app.addHook('preClose', async () => {
    for (const body of open) body.destroy();
  });
  return {
    async send(request, reply, lines) {
      const leave = await turnstile.enter();
      if (!leave) return reply.code(503).header('retry-after', '5').send({ error: 'too many of these at once' });
      if (request.raw.destroyed || reply.raw.destroyed) {
        leave();
        return reply;
      }
      const body = Readable.from(lines(), { objectMode: true, highWaterMark: CHUNKS_WAITING_MAX });
      const timer = setTimeout(() => body.destroy(new Error('the answer took too long')), limits.timeoutMs).unref();
      open.add(body);
      body.once('close', () => {
        open.delete(body);
        clearTimeout(timer);
        leave();
      });
      return reply.type('application/x-ndjson; charset=utf-8').send(body);
    },
  };
}
