/** Names of cookies are ours, values are base64url and dots, so nothing needs to be escaped. */
export type CookieJar = {
  read(header: string | undefined, name: CookieName): string | undefined;
  /** A `Set-Cookie` header. */
  write(name: CookieName, value: string, maxAgeMs: number): string;
  remove(name: CookieName): string;
};

export type CookieName = 'session' | 'oidc';

/**
 * Cookies that scripts cannot read, that other sites do not cause to be sent but for following a link, and that on https no
 * other host or plain connection can set (`__Host-`).
 * @see https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis#name-the-__host-prefix
 */
export function createCookieJar(isSecure: boolean): CookieJar {
  const fullName = (name: CookieName) => `${isSecure ? '__Host-' : ''}tollgate-${name}`;
  const attributes = `; Path=/; HttpOnly; SameSite=Lax${isSecure ? '; Secure' : ''}`;
  return {
    read: (header, name) => readCookie(header, fullName(name)),
    write: (name, value, maxAgeMs) =>
      `${fullName(name)}=${value}${attributes}; Max-Age=${Math.floor(maxAgeMs / 1_000)}`,
    remove: (name) => `${fullName(name)}=${attributes}; Max-Age=0`,
  };
}

/** The first of that name, which is the one with the longest path; undefined if there is none. */
function readCookie(header: string | undefined, name: string): string | undefined {
  for (const pair of header?.split(';') ?? []) {
    const equals = pair.indexOf('=');
    if (equals > 0 && pair.slice(0, equals).trim() === name) return pair.slice(equals + 1).trim();
  }
  return undefined;
}
