import type { Logger } from 'pino';
import type { OidcIdentity } from '../oidc/oidc-client.ts';
import type { OidcLinks } from '../oidc/oidc-links.ts';
import type { Passwords } from '../password/passwords.ts';
import type { Sessions, SignInMethod } from '../session/sessions.ts';
import { toThrottledAddress } from '../throttle/client-address.ts';
import type { Throttle } from '../throttle/throttle.ts';
import type { KnownUser, Users } from './users.ts';

/** Where a request comes from. */
export type Client = { readonly address: string; readonly userAgent: string };

export type SignInOutcome =
  | { readonly kind: 'signed in'; readonly userName: string; readonly token: string; readonly expiresAt: Date }
  /** One answer for whatever is wrong, so that nobody learns who has an account. */
  | { readonly kind: 'refused' }
  | { readonly kind: 'throttled'; readonly retryAfterMs: number }
  /** Too many passwords are being checked already. */
  | { readonly kind: 'busy' };

export type SignIn = {
  /** @param login a user's name or e-mail address */
  withPassword(login: string, password: string, client: Client): Promise<SignInOutcome>;
  withIdentity(identity: OidcIdentity, client: Client): Promise<SignInOutcome>;
};

export type SignInDeps = {
  readonly users: Users;
  readonly passwords: Pick<Passwords, 'check'>;
  readonly links: OidcLinks;
  readonly sessions: Pick<Sessions, 'open'>;
  /** Attempts by account, and by address. */
  readonly throttles: { readonly account: Throttle; readonly address: Throttle };
  readonly logger: Pick<Logger, 'info' | 'warn'>;
};

const REFUSED: SignInOutcome = Object.freeze({ kind: 'refused' });

/** How users become known. The log says who signed in and who could not, never what was typed. */
export function createSignIn({ users, passwords, links, sessions, throttles, logger }: SignInDeps): SignIn {
  async function open(user: KnownUser, method: SignInMethod, client: Client): Promise<SignInOutcome> {
    const { token, expiresAt } = await sessions.open({ userName: user.name, method, ...client });
    logger.info({ user: user.name, method, address: client.address }, 'signed in');
    return { kind: 'signed in', userName: user.name, token, expiresAt };
  }

  function refuse(reason: string, user: KnownUser | undefined, client: Client): SignInOutcome {
    logger.warn({ user: user?.name, reason, address: client.address }, 'a sign-in was refused');
    return REFUSED;
  }

  return {
    /**
     * 1. Takes an attempt of the address, 2. takes one of the account, 3. checks the password, 4. opens a session,
     * 5. gives the account's attempts back. A crash between any two costs an attempt, and after 4 leaves a session whose
     * token nobody has.
     */
    async withPassword(login, password, client) {
      const byAddress = await throttles.address.take(toThrottledAddress(client.address));
      if (byAddress.kind === 'throttled') return byAddress;
      const user = await users.find(login);
      const account = user?.name ?? login.toLowerCase();
      const byAccount = await throttles.account.take(account);
      if (byAccount.kind === 'throttled') {
        logger.warn({ user: user?.name, address: client.address }, 'sign-ins to an account are throttled');
        return byAccount;
      }
      const check = await passwords.check(user?.name, password);
      if (check === 'busy') return { kind: 'busy' };
      if (check === 'wrong' || !user) return refuse('wrong user or password', user, client);
      if (user.isBlocked) return refuse('the user is blocked', user, client);
      const outcome = await open(user, 'password', client);
      await throttles.account.forgive(account);
      return outcome;
    },

    async withIdentity(identity, client) {
      const user = await links.resolve(identity);
      if (!user) return refuse('the identity is of no declared user', undefined, client);
      if (user.isBlocked) return refuse('the user is blocked', user, client);
      return open(user, 'oidc', client);
    },
  };
}
