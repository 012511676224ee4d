/** A chat completion request as the bytes that travel on a connection that is kept alive. */
export function chatRequestBytes(secret: string, model: string, stream: boolean, more: object = {}): Buffer {
  const messages = [{ role: 'user', content: 'Count to five.' }];
  const body = JSON.stringify({ model, stream, messages, ...more });
  const head = [
    'POST /v1/chat/completions HTTP/1.1',
    'Host: gateway',
    `Authorization: Bearer ${secret}`,
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(body)}`,
  ];
  return Buffer.from(`${head.join('\r\n')}\r\n\r\n${body}`);
}
