import type { FastifyInstance } from 'fastify';
import { createExplorer } from './explorer.ts';
import { landingPage } from './landing-page.ts';
import { pageHeaders } from './page-headers.ts';

export const EXPLORER_PATH = '/explorer/';
const DAY_SECONDS = 86_400;

/** `/` and `/explorer/`: what people see of the control plane in a browser. They hold nothing that is secret. */
export function addPages(
  app: FastifyInstance,
  { graphqlPath, newNonce }: { readonly graphqlPath: string; newNonce(): string },
): void {
  const explorer = createExplorer({ graphqlPath });
  app.get('/', (_request, reply) => {
    const nonce = newNonce();
    return reply.headers(pageHeaders(nonce)).send(landingPage({ nonce, graphqlPath }));
  });
  app.get('/explorer', (_request, reply) => reply.redirect(EXPLORER_PATH));
  app.get(EXPLORER_PATH, (_request, reply) => {
    const nonce = newNonce();
    return reply.headers(pageHeaders(nonce)).send(explorer.page(nonce, EXPLORER_PATH));
  });
  app.get<{ Params: { '*': string } }>(`${EXPLORER_PATH}*`, (request, reply) => {
    const file = explorer.file(request.params['*']);
    if (!file) return reply.code(404).send({ error: 'the explorer has no such file' });
    return reply
      .headers({ 'content-type': file.contentType, 'x-content-type-options': 'nosniff' })
      .header('cache-control', `public, max-age=${DAY_SECONDS}`)
      .send(file.body);
  });
}
