import {
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  type Configuration,
  calculatePKCECodeChallenge,
  discovery,
  enableNonRepudiationChecks,
  fetchUserInfo,
} from 'openid-client';
import type { OidcFlow } from './oidc-flow.ts';

export type OidcConfig = {
  readonly issuer: URL;
  readonly clientId: string;
  readonly clientSecret?: string;
};

/** Whom a provider says that somebody is. */
export type OidcIdentity = {
  readonly issuer: string;
  readonly subject: string;
  /** In lower case; only if the provider has verified it. */
  readonly email?: string;
};

export type OidcClient = {
  /** Where to send the browser. @throws if the provider does not answer */
  begin(redirectUrl: URL, flow: OidcFlow): Promise<URL>;
  /**
   * @param callbackUrl the redirect URL with what the provider appended to it
   * @throws if the provider does not answer, refused, or answered something that is not exactly right
   */
  complete(callbackUrl: URL, flow: OidcFlow): Promise<OidcIdentity>;
};

const SCOPE = 'openid email';
const TIMEOUT_SECONDS = 10;
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/**
 * The authorization code flow with PKCE, state and nonce (OpenID Connect Core 3.1, RFC 7636). The provider is looked up at the
 * first sign-in, and again as long as it does not answer, so that its absence keeps nothing from starting. Plain http is
 * taken from a provider on this machine only.
 */
export function createOidcClient({ issuer, clientId, clientSecret }: OidcConfig): OidcClient {
  let configuration: Promise<Configuration> | undefined;

  function discover(): Promise<Configuration> {
    const isLocal = issuer.protocol === 'http:' && LOOPBACK.test(issuer.hostname);
    const execute = [enableNonRepudiationChecks, ...(isLocal ? [allowInsecureRequests] : [])];
    const options = { execute, timeout: TIMEOUT_SECONDS };
    configuration ??= discovery(issuer, clientId, clientSecret, undefined, options).catch((error: unknown) => {
      configuration = undefined;
      throw error;
    });
    return configuration;
  }

  return {
    async begin(redirectUrl, { state, nonce, codeVerifier }) {
      return buildAuthorizationUrl(await discover(), {
        redirect_uri: redirectUrl.href,
        scope: SCOPE,
        state,
        nonce,
        code_challenge: await calculatePKCECodeChallenge(codeVerifier),
        code_challenge_method: 'S256',
      });
    },
    async complete(callbackUrl, { state, nonce, codeVerifier }) {
      const config = await discover();
      const tokens = await authorizationCodeGrant(config, callbackUrl, {
        pkceCodeVerifier: codeVerifier,
        expectedState: state,
        expectedNonce: nonce,
        idTokenExpected: true,
      });
      const claims = tokens.claims();
      if (!claims) throw new Error('the identity provider gave no ID token');
      // Many providers put the address into the answer of the user info endpoint only.
      const person =
        claims['email'] === undefined ? await fetchUserInfo(config, tokens.access_token, claims.sub) : claims;
      const email = verifiedEmail(person);
      return { issuer: claims.iss, subject: claims.sub, ...(email !== undefined && { email }) };
    },
  };
}

function verifiedEmail(claims: Readonly<Record<string, unknown>>): string | undefined {
  // Some providers send the boolean as text.
  const { email, email_verified: isVerified } = claims;
  return typeof email === 'string' && (isVerified === true || isVerified === 'true') ? email.toLowerCase() : undefined;
}
