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

/** For `catch`: if a request was sent and its answer was lost, adds what can be said of the outcome. @throws the error */
export function explainLostAnswer(hint: string): (error: unknown) => never {
  return (error) => {
    if (!isUserError(error) || !error.isOutcomeUnknown) throw error;
    throw userError(`${error.message}\n${hint}`, { isOutcomeUnknown: true });
  };
}
