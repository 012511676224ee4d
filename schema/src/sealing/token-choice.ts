/** Which of a process's internal tokens the other side takes. */
export type TokenChoice = {
  /** How many there are to try. */
  readonly count: number;
  current(): string;
  /** The other side did not take this one: the next in turn is current, unless that was changed meanwhile. */
  refuse(token: string): void;
  /**
   * Asks with the current token, then with the others as long as the answer is 401.
   * @returns the first other answer, or the last 401
   */
  ask<Answer extends TokenAnswer>(ask: (token: string) => Promise<Answer>): Promise<Answer>;
};

/** As much of a `Response` as is looked at. */
type TokenAnswer = { readonly status: number; readonly body?: { cancel(): Promise<void> } | null };

const UNAUTHORIZED = 401;

/**
 * While a fleet changes its sealing key, the other side may know only the previous one; what it took last is tried first.
 * @param tokens `internalTokens` of a keyring; at least one
 */
export function createTokenChoice(tokens: readonly string[]): TokenChoice {
  let chosen = 0;
  const current = () => tokens[chosen] ?? '';
  function refuse(token: string): void {
    if (token === current()) chosen = (chosen + 1) % tokens.length;
  }
  return {
    count: tokens.length,
    current,
    refuse,
    async ask(ask) {
      let answer = await ask(current());
      for (let retries = tokens.length - 1; retries > 0 && answer.status === UNAUTHORIZED; retries -= 1) {
        await answer.body?.cancel();
        refuse(current());
        answer = await ask(current());
      }
      return answer;
    },
  };
}
