import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export type HostileIdentityProvider = {
  readonly issuer: string;
  /** What the token endpoint was sent. */
  readonly received: readonly string[];
  close(): void;
};

/** An identity provider that refuses every sign-in and repeats all it was sent, the client's secret too, in its error. */
export async function startHostileIdentityProvider(): Promise<HostileIdentityProvider> {
  const received: string[] = [];
  const server = createServer(async (request, response) => {
    const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    if (request.url === '/.well-known/openid-configuration') {
      const endpoints = { authorization_endpoint: `${issuer}/authorize`, token_endpoint: `${issuer}/token` };
      const answer = { issuer, ...endpoints, jwks_uri: `${issuer}/keys`, response_types_supported: ['code'] };
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
      return;
    }
    const sent = `${JSON.stringify(request.headers)} ${await text(request)}`;
    received.push(sent);
    const error = { error: 'invalid_client', error_description: `you sent ${sent}` };
    response.writeHead(400, { 'content-type': 'application/json' }).end(JSON.stringify(error));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { issuer: `http://127.0.0.1:${port}`, received, close: () => void server.close() };
}
