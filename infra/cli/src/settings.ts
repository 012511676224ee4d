import { z } from 'zod';
import type { Environment } from './terminal.ts';
import { userError } from './user-error.ts';

const DEFAULT_URL = 'http://127.0.0.1:4100';
const DEFAULT_GATEWAY_PORT = '4000';

/** Where the control plane is. Without a final slash. */
export function readControlPlaneUrl(environment: Environment): string {
  return readUrl('TOLLGATE_URL', environment['TOLLGATE_URL'] || DEFAULT_URL);
}

/** Where a gateway is, for `doctor`. */
export function readGatewayUrl(environment: Environment): string {
  const port = environment['TOLLGATE_GATEWAY_PORT'] || DEFAULT_GATEWAY_PORT;
  return readUrl('TOLLGATE_GATEWAY_URL', environment['TOLLGATE_GATEWAY_URL'] || `http://127.0.0.1:${port}`);
}

/** @throws UserError if there is none, or it cannot stand in a header. */
export function readAdminToken(environment: Environment): string {
  const token = environment['TOLLGATE_ADMIN_TOKEN'];
  if (!token)
    throw userError(
      'TOLLGATE_ADMIN_TOKEN is not set: give the admin token that the control plane printed at its first start',
    );
  if (!/^[\x21-\x7e]+$/.test(token))
    throw userError('TOLLGATE_ADMIN_TOKEN holds blanks or characters that no admin token has; was it copied whole?');
  return token;
}

function readUrl(name: string, text: string): string {
  const url = z.url({ protocol: /^https?$/ }).safeParse(text);
  const parsed = url.success ? new URL(url.data) : undefined;
  if (!parsed || parsed.username || parsed.password || parsed.search || parsed.hash)
    throw userError(
      `${name} should be a URL such as ${DEFAULT_URL}, without user name, query and fragment, and starting with http:// or https://`,
    );
  return parsed.href.replace(/\/+$/, '');
}
