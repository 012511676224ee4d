import type { IncomingHttpHeaders } from 'node:http';

/** A client that is no browser, and sends a session's cookie, sends this header with any value. */
export const CSRF_HEADER = 'x-tollgate-csrf';

/** What made a request: one of our own pages, another site, or nobody knows, as it was no browser or a very old one. */
export type RequestSite = 'own' | 'other' | 'unknown';

/**
 * Browsers say where a request comes from: in `Sec-Fetch-Site`, and in `Origin` with all that may change something.
 * @param origin where browsers reach us, such as `https://tollgate.example`
 * @see https://cheatsheetseries.owasp.org/cheatsheets/Cross-Site_Request_Forgery_Prevention_Cheat_Sheet.html
 */
export function siteOf(headers: IncomingHttpHeaders, origin: string): RequestSite {
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin') return 'other';
  if (headers.origin === undefined) return site === undefined ? 'unknown' : 'own';
  return headers.origin === origin || headers.origin === originOfHost(headers, origin) ? 'own' : 'other';
}

/**
 * Whether a request with a session's cookie may change something. Without a word from the browser it must have a header of
 * ours, which pages of other sites cannot send without being asked for, and that is refused.
 */
export function mayUseCookie(headers: IncomingHttpHeaders, origin: string): boolean {
  const site = siteOf(headers, origin);
  return site === 'own' || (site === 'unknown' && headers[CSRF_HEADER] !== undefined);
}

/** On the way to us through another name, as with a forwarded port, the page has the origin that the request was sent to. */
function originOfHost({ host }: IncomingHttpHeaders, origin: string): string | undefined {
  return host === undefined ? undefined : `${new URL(origin).protocol}//${host}`;
}
