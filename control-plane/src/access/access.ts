import type { Kysely, Transaction } from 'kysely';
import type { Logger } from 'pino';
import type { Problems } from '../change-set/change-request.ts';
import type { ChangeSets } from '../change-set/change-sets.ts';
import type { Touch } from '../change-set/entity-effect.ts';
import type { Tables } from '../database/tables.ts';
import { type Authenticator, createAuthenticator } from './authenticate.ts';
import { authorize } from './change-guard/authorize.ts';
import { findLockOut, readAdminState } from './change-guard/last-admin.ts';
import { createHolders } from './holders.ts';
import { createCookieJar } from './http/cookie.ts';
import type { OidcRoutesDeps } from './http/oidc-routes.ts';
import type { SignInRoutesDeps } from './http/sign-in-routes.ts';
import { createNewcomers } from './oidc/newcomers.ts';
import { createOidcClient, type OidcConfig } from './oidc/oidc-client.ts';
import { createOidcLinks } from './oidc/oidc-links.ts';
import { createPasswordChanges } from './password/password-changes.ts';
import { createPasswords, type Passwords } from './password/passwords.ts';
import type { Principal } from './principal.ts';
import { createServiceTokens, type ServiceTokens } from './service-token/service-tokens.ts';
import { createSessions, type Sessions } from './session/sessions.ts';
import { createSignIn } from './sign-in/sign-in.ts';
import { createUsers, type UsersDeps } from './sign-in/users.ts';
import { createThrottle } from './throttle/throttle.ts';

export type AccessConfig = {
  readonly db: Kysely<Tables>;
  readonly adminTokenHash: string;
  /** Whether the process was given its admin token, so that there is a way in even without any admin. */
  readonly isAdminTokenGiven: boolean;
  /** Where browsers reach us, such as `https://tollgate.example`; cookies are for https only if this is. */
  readonly origin: string;
  readonly oidc?: OidcConfig | undefined;
  /** Domains of verified addresses whose holders are let in though nobody declared them. */
  readonly newcomerDomains: readonly string[];
  readonly changeSets: Pick<ChangeSets, 'commit'>;
  readonly findUsersByEmail: UsersDeps['findByEmail'];
  readonly logger: Logger;
  now(): Date;
  newId(): string;
};

/** Who somebody is, and what he may do. */
export type Access = {
  readonly authenticator: Authenticator;
  readonly sessions: Sessions;
  readonly passwords: Passwords;
  readonly serviceTokens: ServiceTokens;
  /** For `addSignInRoutes` and `addOidcRoutes`; the latter only if a provider is configured. */
  readonly routes: { readonly signIn: SignInRoutesDeps; readonly oidc: OidcRoutesDeps | undefined };
  /** What of a change set a principal may not do, and nobody may. */
  authorize(principal: Principal, touches: readonly Touch[], trx: Transaction<Tables>): Promise<Problems>;
};

/** Ten wrong passwords at once, then one a minute; an office behind one address has more. */
const ACCOUNT_LIMIT = { burst: 10, refillMs: 60_000 };
const ADDRESS_LIMIT = { burst: 30, refillMs: 10_000 };

export function createAccess(config: AccessConfig): Access {
  const {
    db,
    newcomerDomains,
    changeSets,
    adminTokenHash,
    isAdminTokenGiven,
    origin,
    oidc: oidcConfig,
    findUsersByEmail,
    logger,
    now,
    newId,
  } = config;
  const cookies = createCookieJar(origin.startsWith('https:'));
  const users = createUsers({ db, findByEmail: findUsersByEmail });
  const passwords = createPasswords({ db, now });
  const sessions = createSessions({ db, now, newId });
  const serviceTokens = createServiceTokens({ db, now, newId });
  const throttles = {
    account: createThrottle({ db, name: 'account', limit: ACCOUNT_LIMIT, now }),
    address: createThrottle({ db, name: 'address', limit: ADDRESS_LIMIT, now }),
  };
  const newcomers = createNewcomers({ domains: newcomerDomains, users, changeSets });
  const links = createOidcLinks({ db, users, newcomers, now });
  const signIn = createSignIn({ users, passwords, links, sessions, throttles, logger });
  const passwordChanges = createPasswordChanges({ users, passwords, sessions, throttle: throttles.account, logger });
  const holders = createHolders(db);
  const authenticator = createAuthenticator({ adminTokenHash, origin, cookies, sessions, serviceTokens, holders });
  const oidc = oidcConfig && createOidcClient(oidcConfig);
  const hasOidc = oidc !== undefined;

  return {
    authenticator,
    sessions,
    passwords,
    serviceTokens,
    routes: {
      signIn: { signIn, passwordChanges, sessions, authenticator, cookies, origin, hasOidc, now },
      oidc: oidc && { oidc, signIn, cookies, origin, logger, now },
    },
    async authorize(principal, touches, trx) {
      const problems = await authorize(principal, touches, trx);
      if (problems.length > 0 || isAdminTokenGiven) return problems;
      return findLockOut(await readAdminState(trx, touches, hasOidc), touches);
    },
  };
}
