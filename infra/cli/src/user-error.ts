const USER_ERROR = Symbol('user-error');

/** A failure that the user can mend: its message says what went wrong and what to do, and is printed without a stack. */
export type UserError = Error & {
  readonly [USER_ERROR]: true;
  /** Whether a request was sent whose outcome is not known. */
  readonly isOutcomeUnknown: boolean;
};

export function userError(message: string, { isOutcomeUnknown = false } = {}): UserError {
  return Object.assign(new Error(message), { [USER_ERROR]: true as const, isOutcomeUnknown });
}

export const isUserError = (error: unknown): error is UserError => error instanceof Error && USER_ERROR in error;
