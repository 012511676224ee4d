import { connect, type Socket } from 'node:net';

const CRLF = '\r\n';

/** A connection to the gateway on which a test writes whatever bytes it likes. */
export type RawConnection = {
  readonly socket: Socket;
  /** What has come back so far. */
  received(): string;
  /** Resolves with all that came back once the other side has closed, or after the time. */
  closed(timeoutMs?: number): Promise<string>;
};

export async function openRaw(url: string): Promise<RawConnection> {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port) });
  const pieces: Buffer[] = [];
  socket.on('data', (piece) => pieces.push(piece));
  socket.on('error', () => {});
  await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject));
  const received = () => Buffer.concat(pieces).toString('latin1');
  return {
    socket,
    received,
    closed: (timeoutMs = 5_000) =>
      new Promise((resolve) => {
        const timer = setTimeout(() => resolve(received()), timeoutMs);
        socket.once('close', () => {
          clearTimeout(timer);
          resolve(received());
        });
        if (socket.destroyed) socket.emit('close');
      }),
  };
}

/** A chat completion request as text, with these header lines in front of the usual ones. */
export function chatRequest(secret: string, body: string | Buffer, headerLines: readonly string[] = []): Buffer {
  const bytes = Buffer.from(body);
  const head = [
    'POST /v1/chat/completions HTTP/1.1',
    'Host: gateway',
    `Authorization: Bearer ${secret}`,
    ...headerLines,
    'Content-Type: application/json',
    `Content-Length: ${bytes.length}`,
    'Connection: close',
  ];
  return Buffer.concat([Buffer.from(`${head.join(CRLF)}${CRLF}${CRLF}`), bytes]);
}

/** Sends bytes as they are and gives back all that comes until the other side closes. */
export async function exchangeRaw(url: string, bytes: Buffer | string, timeoutMs?: number): Promise<string> {
  const connection = await openRaw(url);
  connection.socket.write(bytes);
  const answer = await connection.closed(timeoutMs);
  connection.socket.destroy();
  return answer;
}

/** The status of an answer as text; 0 if none came. */
export const statusOf = (answer: string): number => Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1] ?? 0);

/** The JSON body of an answer as text. */
export const jsonBodyOf = (answer: string): unknown => JSON.parse(answer.slice(answer.indexOf('\r\n\r\n') + 4));
