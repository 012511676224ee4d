import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Authenticator } from '../authenticate.ts';
import type { PasswordChangeOutcome, PasswordChanges } from '../password/password-changes.ts';
import type { Sessions } from '../session/sessions.ts';
import type { Client, SignIn, SignInOutcome } from '../sign-in/sign-in.ts';
import type { CookieJar } from './cookie.ts';
import { siteOf } from './same-origin.ts';

export type SignInRoutesDeps = {
  readonly signIn: SignIn;
  readonly passwordChanges: PasswordChanges;
  readonly sessions: Pick<Sessions, 'close'>;
  readonly authenticator: Authenticator;
  readonly cookies: CookieJar;
  /** Where browsers reach us. */
  readonly origin: string;
  readonly hasOidc: boolean;
  now(): Date;
};

const secret = z.string().min(1).max(1_024);
const credentials = z.strictObject({ login: z.string().min(1).max(320), password: secret });
const passwordSetup = z.strictObject({ token: secret, password: secret });
const passwordChange = z.strictObject({ current: secret, next: secret });

/** `/auth/…`: signing in with a password, signing out, and setting passwords. Answers and errors repeat nothing of what was sent. */
export function addSignInRoutes(app: FastifyInstance, deps: SignInRoutesDeps): void {
  const { signIn, passwordChanges, sessions, authenticator, cookies, hasOidc } = deps;

  app.get('/auth/methods', () => ({ password: true, oidc: hasOidc }));

  post(app, deps, '/auth/sign-in', credentials, async ({ login, password }, request, reply) =>
    answerSignIn(await signIn.withPassword(login, password, clientOf(request)), reply, deps),
  );

  post(app, deps, '/auth/password-setup', passwordSetup, async ({ token, password }, _request, reply) =>
    answerPasswordChange(await passwordChanges.setUp(token, password), 'the token is unknown, used or too old', reply),
  );

  post(app, deps, '/auth/password', passwordChange, async ({ current, next }, request, reply) => {
    const known = await authenticator.authenticate(request.headers, true);
    if (known.kind === 'cross-site') return refuseOtherSite(reply);
    if (known.kind === 'unknown' || known.principal.kind !== 'user') return refuse(reply, 401, 'sign in first');
    return answerPasswordChange(
      await passwordChanges.change(known.principal, current, next),
      'the current password is wrong',
      reply,
    );
  });

  app.post('/auth/sign-out', async (request, reply) => {
    const known = await authenticator.authenticate(request.headers, true);
    if (known.kind === 'cross-site') return refuseOtherSite(reply);
    if (known.kind === 'known' && known.principal.kind === 'user') {
      await sessions.close(known.principal.name, known.principal.sessionId);
    }
    return reply.header('set-cookie', cookies.remove('session')).code(204).send();
  });
}

export const clientOf = ({ ip, headers }: FastifyRequest): Client => ({
  address: ip,
  userAgent: headers['user-agent'] ?? '',
});

/** A POST of JSON that no other site may make; what has the wrong shape is answered with the names of the fields only. */
function post<Body>(
  app: FastifyInstance,
  { origin }: SignInRoutesDeps,
  path: string,
  schema: z.ZodObject & z.ZodType<Body>,
  handle: (body: Body, request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>,
): void {
  app.post(path, async (request, reply) => {
    if (siteOf(request.headers, origin) === 'other') return refuseOtherSite(reply);
    const { data } = schema.safeParse(request.body);
    if (data !== undefined) return handle(data, request, reply);
    return refuse(reply, 400, `the body must be JSON with the texts ${Object.keys(schema.shape).join(' and ')}`);
  });
}

export function answerSignIn(outcome: SignInOutcome, reply: FastifyReply, deps: SignInRoutesDeps): FastifyReply {
  switch (outcome.kind) {
    case 'signed in': {
      const { userName, token, expiresAt } = outcome;
      const cookie = deps.cookies.write('session', token, expiresAt.getTime() - deps.now().getTime());
      return reply.header('set-cookie', cookie).send({ user: userName, expiresAt });
    }
    case 'refused':
      return refuse(reply, 401, 'the user or the password is wrong');
    case 'throttled':
      return refuseThrottled(reply, outcome.retryAfterMs);
    case 'busy':
      return refuseBusy(reply);
    default:
      return outcome satisfies never;
  }
}

function answerPasswordChange(outcome: PasswordChangeOutcome, refusal: string, reply: FastifyReply): FastifyReply {
  switch (outcome.kind) {
    case 'changed':
      return reply.code(204).send();
    case 'weak':
      return refuse(reply, 422, outcome.message);
    case 'refused':
      return refuse(reply, 401, refusal);
    case 'throttled':
      return refuseThrottled(reply, outcome.retryAfterMs);
    case 'busy':
      return refuseBusy(reply);
    default:
      return outcome satisfies never;
  }
}

const refuse = (reply: FastifyReply, status: number, error: string): FastifyReply => reply.code(status).send({ error });

const refuseOtherSite = (reply: FastifyReply): FastifyReply =>
  refuse(
    reply,
    403,
    'this is not taken from another site; a client that is no browser sends the header x-tollgate-csrf',
  );

const refuseBusy = (reply: FastifyReply): FastifyReply =>
  refuse(reply.header('retry-after', '1'), 503, 'too many sign-ins at once; try again');

function refuseThrottled(reply: FastifyReply, retryAfterMs: number): FastifyReply {
  const seconds = Math.ceil(retryAfterMs / 1_000);
  return refuse(reply.header('retry-after', String(seconds)), 429, `too many attempts; try again in ${seconds} s`);
}
