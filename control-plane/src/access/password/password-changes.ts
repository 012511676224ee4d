import type { Logger } from 'pino';
import type { Sessions } from '../session/sessions.ts';
import type { Users } from '../sign-in/users.ts';
import type { Throttle } from '../throttle/throttle.ts';
import { findPasswordProblem } from './password-rules.ts';
import type { Passwords } from './passwords.ts';

export type PasswordChangeOutcome =
  | { readonly kind: 'changed'; readonly userName: string }
  /** The new password is too weak; the message says what would do. */
  | { readonly kind: 'weak'; readonly message: string }
  /** The current password, or the token, is not right. */
  | { readonly kind: 'refused' }
  | { readonly kind: 'throttled'; readonly retryAfterMs: number }
  | { readonly kind: 'busy' };

/** How users set and change their passwords. Either ends the user's other sessions, as someone else may have opened them. */
export type PasswordChanges = {
  /** @param token from `createSetup` */
  setUp(token: string, password: string): Promise<PasswordChangeOutcome>;
  change(user: SignedIn, current: string, next: string): Promise<PasswordChangeOutcome>;
};

type SignedIn = { readonly name: string; readonly sessionId: string };

export type PasswordChangesDeps = {
  readonly users: Pick<Users, 'byName'>;
  readonly passwords: Passwords;
  readonly sessions: Pick<Sessions, 'closeAll'>;
  /** Attempts by account; shared with signing in. */
  readonly throttle: Throttle;
  readonly logger: Pick<Logger, 'info'>;
};

const REFUSED: PasswordChangeOutcome = Object.freeze({ kind: 'refused' });

export function createPasswordChanges(deps: PasswordChangesDeps): PasswordChanges {
  const { users, passwords, sessions, throttle, logger } = deps;

  /** 1. Sets the password, 2. ends sessions. A crash between the two leaves sessions, which the next change ends. */
  async function set(userName: string, password: string, keptSession?: string): Promise<PasswordChangeOutcome> {
    if ((await passwords.set(userName, password)) === 'busy') return { kind: 'busy' };
    await sessions.closeAll(userName, keptSession);
    logger.info({ user: userName }, 'a password was set');
    return { kind: 'changed', userName };
  }

  return {
    /** The token is used up first, so that two requests at once cannot both use it; a crash then costs a new token. */
    async setUp(token, password) {
      const userName = await passwords.userOfSetup(token);
      const user = userName === undefined ? undefined : await users.byName(userName);
      if (!user || user.isBlocked) return REFUSED;
      const message = findPasswordProblem(password, user.name);
      if (message !== undefined) return { kind: 'weak', message };
      return (await passwords.takeSetup(token)) ? set(user.name, password) : REFUSED;
    },

    async change({ name, sessionId }, current, next) {
      const message = findPasswordProblem(next, name);
      if (message !== undefined) return { kind: 'weak', message };
      const attempt = await throttle.take(name);
      if (attempt.kind === 'throttled') return attempt;
      const check = await passwords.check(name, current);
      if (check === 'busy') return { kind: 'busy' };
      if (check === 'wrong') return REFUSED;
      await throttle.forgive(name);
      return set(name, next, sessionId);
    },
  };
}
