import type { GatewayError } from '@tollgate/schema';

/** A chat completion request as the client sent it: the bytes, and what one parse of them says. */
export type ChatRequest = {
  /** The body, valid UTF-8 and valid JSON. */
  readonly bytes: Buffer;
  readonly body: Readonly<Record<string, unknown>>;
  readonly model: string;
  readonly stream: boolean;
  /** Whether the client itself asked for usage in the stream (`stream_options.include_usage`). */
  readonly includeUsage: boolean;
};

export type ChatRequestResult =
  | { readonly ok: true; readonly request: ChatRequest }
  | { readonly ok: false; readonly error: GatewayError };
