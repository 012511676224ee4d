import type { GatewayError } from '@tollgate/schema';

const REFUSED = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'CERT_HAS_EXPIRED',
  'ERR_TLS_CERT_ALTNAME_INVALID',
]);
const TIMEOUT = new Set(['UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT', 'UND_ERR_CONNECT_TIMEOUT', 'ETIMEDOUT']);

/** Says in the gateway's terms why a call to a provider failed. The cause's own text may hold addresses and is not passed on. */
export function toUpstreamFailure(error: unknown, providerName: string): GatewayError {
  const code = causeCode(error);
  if (TIMEOUT.has(code)) return failure('upstream_timeout', `The provider ${providerName} did not answer in time.`);
  if (REFUSED.has(code))
    return failure(
      'upstream_refused_connection',
      `No connection to the provider ${providerName} could be made (${code}).`,
    );
  if (
    code.startsWith('HPE_') ||
    code === 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH' ||
    code === 'UND_ERR_HEADERS_OVERFLOW'
  ) {
    return failure('upstream_invalid_response', `The provider ${providerName} did not answer in HTTP (${code}).`);
  }
  return failure('upstream_connection_reset', `The connection to the provider ${providerName} broke (${code}).`);
}

function causeCode(error: unknown): string {
  const { code, cause } = error as { code?: unknown; cause?: { code?: unknown } };
  if (typeof code === 'string') return code;
  return typeof cause?.code === 'string' ? cause.code : 'unknown';
}

const failure = (code: GatewayError['code'], message: string): GatewayError => ({ code, message });
