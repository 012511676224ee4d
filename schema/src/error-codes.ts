/**
 * Every error code that a client of the gateway can meet, with its HTTP status and OpenAI's error `type`.
 * Codes are stable: they are added, never changed.
 */
export const GATEWAY_ERRORS = Object.freeze({
  invalid_json: { status: 400, type: 'invalid_request_error' },
  invalid_request: { status: 400, type: 'invalid_request_error' },
  unsupported_parameter: { status: 400, type: 'invalid_request_error' },
  context_length_exceeded: { status: 400, type: 'invalid_request_error' },
  missing_api_key: { status: 401, type: 'authentication_error' },
  invalid_api_key: { status: 401, type: 'authentication_error' },
  api_key_blocked: { status: 401, type: 'authentication_error' },
  api_key_expired: { status: 401, type: 'authentication_error' },
  route_not_allowed: { status: 403, type: 'permission_error' },
  address_not_allowed: { status: 403, type: 'permission_error' },
  model_not_allowed: { status: 403, type: 'permission_error' },
  model_not_found: { status: 404, type: 'invalid_request_error' },
  not_found: { status: 404, type: 'invalid_request_error' },
  method_not_allowed: { status: 405, type: 'invalid_request_error' },
  price_unknown: { status: 403, type: 'permission_error' },
  request_too_large: { status: 413, type: 'invalid_request_error' },
  unsupported_media_type: { status: 415, type: 'invalid_request_error' },
  rate_limit_exceeded: { status: 429, type: 'rate_limit_error' },
  budget_exceeded: { status: 429, type: 'insufficient_quota' },
  internal_error: { status: 500, type: 'server_error' },
  upstream_refused_connection: { status: 502, type: 'upstream_error' },
  upstream_connection_reset: { status: 502, type: 'upstream_error' },
  upstream_invalid_response: { status: 502, type: 'upstream_error' },
  upstream_stream_broken: { status: 502, type: 'upstream_error' },
  upstream_error: { status: 502, type: 'upstream_error' },
  overloaded: { status: 503, type: 'server_error' },
  not_ready: { status: 503, type: 'server_error' },
  quota_unavailable: { status: 503, type: 'server_error' },
  shutting_down: { status: 503, type: 'server_error' },
  upstream_timeout: { status: 504, type: 'upstream_error' },
} as const);

export type GatewayErrorCode = keyof typeof GATEWAY_ERRORS;

/** An error as a value: what the client may read, and nothing else. */
export type GatewayError = {
  readonly code: GatewayErrorCode;
  readonly message: string;
  /** The path of the wrong field, such as `messages[0].content`. */
  readonly param?: string;
};

/** The body of an error in OpenAI's shape. */
export type OpenAiErrorBody = {
  readonly error: {
    readonly message: string;
    readonly type: string;
    readonly param: string | null;
    readonly code: string | null;
  };
};

export function toOpenAiErrorBody(error: GatewayError): OpenAiErrorBody {
  return {
    error: {
      message: error.message,
      type: GATEWAY_ERRORS[error.code].type,
      param: error.param ?? null,
      code: error.code,
    },
  };
}
