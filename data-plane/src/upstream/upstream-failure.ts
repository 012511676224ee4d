import type { GatewayError } from '@tollgate/schema';
import { NOT_HTTP, TIMED_OUT } from './http1/connection.ts';

/** The system's codes for a connection that was never made; those of certificates begin with CERT_ or ERR_TLS. */
const NO_CONNECTION =
  /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL|CERT_\w+|ERR_TLS\w*|ERR_SSL\w*|EPROTO|DEPTH_ZERO\w*|SELF_SIGNED\w*|UNABLE_TO_\w+)$/;

/** Says in the gateway's terms why a call to a provider failed. */
export function toUpstreamFailure(code: string, providerName: string): GatewayError {
  if (code === TIMED_OUT || code === 'ETIMEDOUT') {
    return { code: 'upstream_timeout', message: `The provider ${providerName} did not answer in time.` };
  }
  if (NO_CONNECTION.test(code)) {
    return {
      code: 'upstream_refused_connection',
      message: `No connection to the provider ${providerName} could be made (${code}).`,
    };
  }
  if (code === NOT_HTTP) {
    return { code: 'upstream_invalid_response', message: `The provider ${providerName} did not answer in HTTP/1.1.` };
  }
  return {
    code: 'upstream_connection_reset',
    message: `The connection to the provider ${providerName} broke (${code}).`,
  };
}
