import type { GatewayError, OpenAiErrorBody, ProviderRow, TokenUsage } from '@tollgate/schema';
import type { ChatRequest } from '../chat/chat-request.ts';

/** Where a request goes: the catalogue row of the provider and its own name of the model. */
export type UpstreamTarget = { readonly row: ProviderRow; readonly upstreamModel: string };

export type EncodedRequest =
  | { readonly ok: true; readonly body: Buffer }
  | { readonly ok: false; readonly error: GatewayError };

/** A provider's whole answer, translated; `undefined` for usage means that the provider did not say. */
export type DecodedAnswer =
  | { readonly ok: true; readonly body: Buffer; readonly usage: TokenUsage | undefined }
  | { readonly ok: false };

/** A provider's wire format, translated from and to OpenAI's chat completions. Everything here is free of I/O. */
export type Dialect = {
  /** Refuses what the provider's format cannot say, with the path of the field; never drops it in silence. */
  encodeRequest(request: ChatRequest, target: UpstreamTarget): EncodedRequest;
  /** Translates a whole answer of status 2xx; not ok if it is not what the provider's format says. */
  decodeAnswer(body: Buffer): DecodedAnswer;
  /** Translates the body of an error answer to OpenAI's shape, with the provider's message, type and code where it gives them. */
  decodeError(status: number, body: Buffer): OpenAiErrorBody;
  openStream(request: ChatRequest, target: UpstreamTarget): ChatStream;
};

/** What a stream has said so far. */
export type StreamProgress = {
  /** The provider's count of tokens, once it has come. */
  readonly usage: TokenUsage | undefined;
  /** Events with a piece of the answer: the ground of the estimate if the provider's own count never comes. */
  readonly contentEvents: number;
  /** The provider has said its last word (`[DONE]`, `message_stop`, or a finish reason before a regular end). */
  readonly isFinished: boolean;
  /** The provider broke the stream off with an error event, or sent what is not its format. */
  readonly failure: GatewayError | undefined;
};

/** Translates one provider's stream, in pieces of any size, into the bytes of an OpenAI stream. */
export type ChatStream = {
  /** Takes the next bytes from the provider; returns those for the client, empty if there are none yet. */
  push(chunk: Buffer): Buffer;
  /** Says that the provider ended its body; returns what the client's stream still lacks, such as `[DONE]`. */
  end(): Buffer;
  progress(): StreamProgress;
};
