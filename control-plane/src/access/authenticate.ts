import type { IncomingHttpHeaders } from 'node:http';
import { bearerToken, isTokenOf } from './bearer.ts';
import type { Holders } from './holders.ts';
import type { CookieJar } from './http/cookie.ts';
import { mayUseCookie } from './http/same-origin.ts';
import { adminPrincipal, type Principal } from './principal.ts';
import { tokenScopes } from './scopes.ts';
import type { ServiceTokens } from './service-token/service-tokens.ts';
import type { Sessions } from './session/sessions.ts';

export type Authentication =
  | { readonly kind: 'known'; readonly principal: Principal }
  /** No token or session, or none that holds. */
  | { readonly kind: 'unknown' }
  /** A session's cookie came with a request that another site may have made. */
  | { readonly kind: 'cross-site' };

/** Tells who sent a request. */
export type Authenticator = {
  /** @param mayChange whether the request can change something, or opens a link on which that can be asked for */
  authenticate(headers: IncomingHttpHeaders, mayChange: boolean): Promise<Authentication>;
};

export type AuthenticatorDeps = {
  readonly adminTokenHash: string;
  /** Where browsers reach us, such as `https://tollgate.example`. */
  readonly origin: string;
  readonly cookies: CookieJar;
  readonly sessions: Pick<Sessions, 'find'>;
  readonly serviceTokens: Pick<ServiceTokens, 'find'>;
  readonly holders: Holders;
};

const UNKNOWN: Authentication = Object.freeze({ kind: 'unknown' });

/**
 * By a bearer token, else by a session's cookie. Roles are read with each request, so that one that is taken away is gone
 * at once, as is the access of a user who is blocked or deleted.
 */
export function createAuthenticator(deps: AuthenticatorDeps): Authenticator {
  const { adminTokenHash, origin, cookies, sessions, serviceTokens, holders } = deps;

  async function byBearer(token: string): Promise<Principal | undefined> {
    if (isTokenOf(adminTokenHash, token)) return adminPrincipal;
    const found = await serviceTokens.find(token);
    const bindings = found && (await holders.bindingsOf('service-account', found.serviceAccount));
    if (!found || !bindings) return undefined;
    const { id, serviceAccount, scopes } = found;
    return { kind: 'service-account', name: serviceAccount, bindings, scopes, tokenId: id };
  }

  async function bySession(token: string): Promise<Principal | undefined> {
    const session = await sessions.find(token);
    const bindings = session && (await holders.bindingsOf('user', session.userName));
    if (!session || !bindings) return undefined;
    return { kind: 'user', name: session.userName, bindings, scopes: tokenScopes, sessionId: session.id };
  }

  return {
    async authenticate(headers, mayChange) {
      const token = bearerToken(headers.authorization);
      if (headers.authorization !== undefined) return toKnown(token === undefined ? undefined : await byBearer(token));
      const cookie = cookies.read(headers.cookie, 'session');
      if (cookie === undefined) return UNKNOWN;
      const known = toKnown(await bySession(cookie));
      return known.kind === 'known' && mayChange && !mayUseCookie(headers, origin) ? { kind: 'cross-site' } : known;
    },
  };
}

const toKnown = (principal: Principal | undefined): Authentication =>
  principal ? { kind: 'known', principal } : UNKNOWN;
