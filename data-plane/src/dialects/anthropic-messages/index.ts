import type { Dialect } from '../dialect.ts';
import { decodeAnswer } from './answer.ts';
import { decodeError } from './error.ts';
import { encodeRequest } from './request.ts';
import { openStream } from './stream.ts';

/** Anthropic's Messages API. Its answers do not say when they were made, so the time comes from `now`, in milliseconds. */
export function createAnthropicMessages({ now }: { readonly now: () => number }): Dialect {
  const nowSeconds = (): number => Math.floor(now() / 1000);
  return Object.freeze({
    encodeRequest,
    decodeAnswer: (body: Buffer) => decodeAnswer(body, nowSeconds()),
    decodeError,
    openStream: (request: Parameters<Dialect['openStream']>[0]) => openStream(request, nowSeconds()),
  });
}
