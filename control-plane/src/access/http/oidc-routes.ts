import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { toLoggedError } from '../../logged-error.ts';
import type { OidcClient, OidcIdentity } from '../oidc/oidc-client.ts';
import { newFlowCookie, OIDC_FLOW_LIFETIME_MS, type OidcFlow, readFlow } from '../oidc/oidc-flow.ts';
import type { SignIn } from '../sign-in/sign-in.ts';
import type { CookieJar } from './cookie.ts';
import { toReturnPath } from './return-path.ts';
import { clientOf } from './sign-in-routes.ts';

export type OidcRoutesDeps = {
  readonly oidc: OidcClient;
  readonly signIn: Pick<SignIn, 'withIdentity'>;
  readonly cookies: CookieJar;
  /** Where browsers reach us; the provider must know `<origin>/auth/oidc/callback`. */
  readonly origin: string;
  readonly logger: Pick<Logger, 'warn'>;
  now(): Date;
};

const CALLBACK_PATH = '/auth/oidc/callback';
const NOT_COMPLETED = 'the sign-in was not completed; start again at /auth/oidc/start';

/** `/auth/oidc/start?returnTo=/…` sends the browser to the identity provider, which sends it back to `/auth/oidc/callback`. */
export function addOidcRoutes(
  app: FastifyInstance,
  { oidc, signIn, cookies, origin, logger, now }: OidcRoutesDeps,
): void {
  const callbackUrl = new URL(CALLBACK_PATH, origin);

  app.get<{ Querystring: { returnTo?: unknown } }>('/auth/oidc/start', async (request, reply) => {
    const cookie = newFlowCookie(toReturnPath(request.query.returnTo, origin));
    const flow = readFlow(cookie);
    const url = flow && (await oidc.begin(callbackUrl, flow).catch(logFailure));
    if (!url) return reply.code(503).send({ error: 'the identity provider does not answer; try again' });
    return reply.header('set-cookie', cookies.write('oidc', cookie, OIDC_FLOW_LIFETIME_MS)).redirect(url.href, 302);
  });

  app.get(CALLBACK_PATH, async (request, reply) => {
    const flow = readFlow(cookies.read(request.headers.cookie, 'oidc'));
    reply.header('set-cookie', cookies.remove('oidc'));
    const identity = flow && (await complete(request.url, flow));
    if (!identity) return reply.code(401).send({ error: NOT_COMPLETED });
    const outcome = await signIn.withIdentity(identity, clientOf(request));
    if (outcome.kind !== 'signed in') {
      return reply.code(403).send({ error: 'nobody with this identity is declared as a user; ask an administrator' });
    }
    const session = cookies.write('session', outcome.token, outcome.expiresAt.getTime() - now().getTime());
    return reply.header('set-cookie', session).redirect(toReturnPath(flow.returnPath, origin), 302);
  });

  /** Built on our own origin, since the host that a request names may be anything. */
  function complete(url: string, flow: OidcFlow): Promise<OidcIdentity | undefined> {
    const answered = new URL(callbackUrl);
    const query = url.indexOf('?');
    answered.search = query < 0 ? '' : url.slice(query);
    return oidc.complete(answered, flow).catch(logFailure);
  }

  function logFailure(error: unknown): undefined {
    logger.warn({ error: toLoggedError(error) }, 'a sign-in with the identity provider failed');
    return undefined;
  }
}
