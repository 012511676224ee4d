import type { Gateway } from '../gateways/gateway.ts';

/** What a generator has to know to send requests to a gateway; travels as JSON to its process. */
export interface Target {
  readonly host: string;
  readonly port: number;
  readonly path: string;
  readonly apiKey: string;
  readonly model: string;
}

export function targetOf({ url, apiKey, model }: Gateway): Target {
  const { hostname, port, pathname } = new URL(url);
  return { host: hostname, port: Number(port), path: `${pathname}/chat/completions`, apiKey, model };
}

/** A chat completion request of about 700 bytes, as an SDK would send it. */
export function requestBody(model: string, stream: boolean): string {
  return JSON.stringify({
    model,
    messages: [
      {
        role: 'system',
        content:
          'You are a careful assistant that answers in short, plain sentences and says so when it does not know something.',
      },
      {
        role: 'user',
        content:
          'Explain to a new colleague what a gateway for language models does, why it has to be fast, why its accounts have ' +
          'to be exact, and what happens to a request from the moment it arrives until the last byte of its answer has left. ' +
          'Use no more than five sentences and avoid jargon.',
      },
    ],
    temperature: 0.7,
    max_tokens: 256,
    ...(stream ? { stream: true } : {}),
  });
}

export function requestHeaders({ apiKey }: Target): Readonly<Record<string, string>> {
  return { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json', accept: 'application/json' };
}

/** The bytes of a whole request, built once and sent many times. */
export function requestBytes(target: Target, stream: boolean): Buffer {
  const body = requestBody(target.model, stream);
  const headers = { host: `${target.host}:${target.port}`, ...requestHeaders(target) };
  const head = Object.entries({ ...headers, 'content-length': String(Buffer.byteLength(body)) });
  const lines = head.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  return Buffer.from(`POST ${target.path} HTTP/1.1\r\n${lines}\r\n${body}`);
}
