import { CloseCode, type Server } from 'graphql-ws';
import { WebSocket } from 'ws';

/** The client asks for more than it may, or than it reads. WebSockets leave codes from 4000 on to applications. */
export const TOO_MUCH = 4429;

const PING_EVERY_MS = 15_000;
/** What a close frame has room for. */
const REASON_BYTES_MAX = 123;

/**
 * Serves one client over a WebSocket. Each message waits until the one before was handed to the network, so that what a slow
 * client does not read waits in the bounded queues of its subscriptions. A client that does not answer pings is gone.
 */
export function serveSocket<Extra>(
  server: Server<Extra>,
  socket: WebSocket,
  { extra, onFailure }: { readonly extra: Extra; onFailure(error: unknown): void },
): void {
  const onClosed = server.opened(
    {
      protocol: socket.protocol,
      send: (data) => send(socket, data),
      close: (code, reason) => socket.close(code, reason),
      onMessage(receive) {
        socket.on('message', (data) => {
          receive(String(data)).catch((error: unknown) => {
            onFailure(error);
            socket.close(CloseCode.InternalServerError, 'internal error');
          });
        });
      },
    },
    extra,
  );
  const stopPinging = keepAlive(socket);
  socket.on('error', onFailure);
  socket.on('close', (code, reason) => {
    stopPinging();
    onClosed(code, String(reason)).catch(onFailure);
  });
}

/** Ends the link of a client with a reason that it can read. */
export function dropClient(socket: WebSocket, code: number, reason: string): void {
  socket.close(code, Buffer.from(reason).subarray(0, REASON_BYTES_MAX));
}

/** Resolves also if the link breaks; then there is nobody left to send to. */
function send(socket: WebSocket, data: string): Promise<void> {
  return new Promise((resolve) => {
    if (socket.readyState === WebSocket.OPEN) socket.send(data, () => resolve());
    else resolve();
  });
}

function keepAlive(socket: WebSocket): () => void {
  let isAlive = true;
  socket.on('pong', () => {
    isAlive = true;
  });
  const timer = setInterval(() => {
    if (!isAlive) return socket.terminate();
    isAlive = false;
    if (socket.readyState === WebSocket.OPEN) socket.ping();
  }, PING_EVERY_MS).unref();
  return () => clearInterval(timer);
}
