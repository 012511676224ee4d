import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

export type GraphqlRequest = {
  readonly operation: string;
  readonly variables: Record<string, unknown>;
  readonly authorization: string | undefined;
};
type Answer = { readonly status?: number; readonly body: unknown };

export type FakeControlPlane = {
  readonly url: string;
  readonly requests: readonly GraphqlRequest[];
  close(): Promise<void>;
};

/** An HTTP server on loopback that answers GraphQL operations by their names, and `/readyz` with 200. */
export async function startFakeControlPlane(
  answer: (request: GraphqlRequest) => Answer | Promise<Answer>,
): Promise<FakeControlPlane> {
  const requests: GraphqlRequest[] = [];
  const server = createServer(async (incoming, response) => {
    if (incoming.url === '/readyz') return response.end('ok');
    const body = JSON.parse((await buffer(incoming)).toString()) as {
      query: string;
      variables: Record<string, unknown>;
    };
    const operation = /^(?:query|mutation) (\w+)/.exec(body.query)?.[1] ?? '';
    const request = { operation, variables: body.variables, authorization: incoming.headers.authorization };
    requests.push(request);
    const { status = 200, body: sent } = await answer(request);
    return response
      .writeHead(status, { 'content-type': 'application/json' })
      .end(typeof sent === 'string' ? sent : JSON.stringify(sent));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
