import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { type ServerOptions, type WebSocket, WebSocketServer } from 'ws';

/** What one path takes WebSockets for. */
export type UpgradeRoute = {
  readonly path: string;
  /** Beyond this many at once, one is answered with 503. */
  readonly socketsMax: number;
  readonly options: Pick<ServerOptions, 'maxPayload' | 'handleProtocols'>;
  /** Why a request is not let through, as a status line such as `401 Unauthorized`. */
  refusal(request: IncomingMessage): string | undefined;
  attach(socket: WebSocket, request: IncomingMessage): void;
};

/** WebSockets on the port of the HTTP server, by path; what is still open when it closes is cut off. */
export type Upgrades = { route(route: UpgradeRoute): void };

type OpenRoute = UpgradeRoute & { readonly server: WebSocketServer };

export function createUpgrades(app: FastifyInstance): Upgrades {
  const routes = new Map<string, OpenRoute>();
  app.server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy());
    const route = routes.get(request.url?.split('?')[0] ?? '');
    const refusal = route ? refusalOf(route, request) : '404 Not Found';
    if (refusal !== undefined) return decline(socket, refusal);
    route?.server.handleUpgrade(request, socket, head, (link) => route.attach(link, request));
  });
  app.addHook('onClose', async () => {
    for (const { server } of routes.values()) {
      for (const link of server.clients) link.terminate();
      server.close();
    }
  });
  return {
    route(route) {
      const server = new WebSocketServer({ noServer: true, perMessageDeflate: false, ...route.options });
      routes.set(route.path, { ...route, server });
    },
  };
}

function refusalOf(route: OpenRoute, request: IncomingMessage): string | undefined {
  return (
    route.refusal(request) ?? (route.server.clients.size >= route.socketsMax ? '503 Service Unavailable' : undefined)
  );
}

function decline(socket: Duplex, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
}
