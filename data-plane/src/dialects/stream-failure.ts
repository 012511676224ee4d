import { type GatewayError, type OpenAiErrorBody, toOpenAiErrorBody } from '@tollgate/schema';

/** The longest event that a stream may hold; one that is longer is not the provider's format. */
export const FRAME_BYTES_MAX = 1024 * 1024;

export const DONE_FRAME = 'data: [DONE]\n\n';

/** A failure within a stream, and the event that tells the client of it. */
export type StreamFailure = { readonly failure: GatewayError; readonly frame: string };

export function notItsFormat(reason: string): StreamFailure {
  const failure: GatewayError = { code: 'upstream_invalid_response', message: `The provider's stream ${reason}.` };
  return { failure, frame: toFrame(toOpenAiErrorBody(failure)) };
}

/** The provider's own error event; the client gets its type and code, the record gets the gateway's. */
export function brokenOff(body: OpenAiErrorBody): StreamFailure {
  return { failure: { code: 'upstream_error', message: body.error.message }, frame: toFrame(body) };
}

export function toFrame(value: object): string {
  return `data: ${JSON.stringify(value)}\n\n`;
}
