import { hash } from 'node:crypto';
import { newSecret } from '@tollgate/schema';

/** What ties the answer of an identity provider to the browser that asked. */
export type OidcFlow = {
  readonly state: string;
  readonly nonce: string;
  /** The secret half of PKCE (RFC 7636). */
  readonly codeVerifier: string;
  readonly returnPath: string;
};

export const OIDC_FLOW_LIFETIME_MS = 10 * 60 * 1_000;

/** @returns the value of a cookie, from which `readFlow` makes the flow again: no replica needs to remember it */
export const newFlowCookie = (returnPath: string): string =>
  `${newSecret('')}.${Buffer.from(returnPath).toString('base64url')}`;

const COOKIE = /^([A-Za-z0-9_-]{43})\.([A-Za-z0-9_-]*)$/;

/**
 * All that the provider gets to see follows from the cookie by a one-way function, so neither the state nor the nonce says
 * anything of the others.
 * @returns undefined if the text is no cookie of ours
 */
export function readFlow(cookie: string | undefined): OidcFlow | undefined {
  const [, secret, returnPath] = COOKIE.exec(cookie ?? '') ?? [];
  if (secret === undefined || returnPath === undefined) return undefined;
  const derive = (purpose: string) => hash('sha256', `${purpose}:${secret}`, 'base64url');
  return {
    state: derive('state'),
    nonce: derive('nonce'),
    codeVerifier: derive('code verifier'),
    returnPath: Buffer.from(returnPath, 'base64url').toString(),
  };
}
