import type { RunningAttempt } from './running-attempt.ts';

export type HedgeDeps = {
  /** How long the first attempt is alone. */
  readonly afterMs: number;
  readonly first: RunningAttempt;
  /**
   * Looks for a deployment for the second attempt and for room in the quotas; if there are both it calls `begin`, at once or later, which
   * says whether the attempt is still wanted and made.
   */
  readonly prepare: (begin: (make: () => RunningAttempt) => boolean) => void;
  /** Something threw that should not have; the first attempt goes on alone. */
  readonly onFailure: (error: unknown) => void;
};

/**
 * A second attempt beside the first, made if that has brought nothing of an answer after a while. Of two that are under way the first that
 * answers goes on alone. It is told of the end of each; once one answered, or one failed, the race is over, and there is no other.
 */
export type Hedge = {
  /** This attempt answers, or failed, or all is to end: there will be no race any more. @returns the other, if both were under way */
  settle(one: RunningAttempt): RunningAttempt | undefined;
};

export function createHedge({ afterMs, first, prepare, onFailure }: HedgeDeps): Hedge {
  let second: RunningAttempt | undefined;
  let isOpen = true;
  const timer = setTimeout(() => quietly(() => prepare(begin)), afterMs);

  function begin(make: () => RunningAttempt): boolean {
    if (!isOpen || second !== undefined) return false;
    quietly(() => {
      second = make();
    });
    return second !== undefined;
  }

  /** What only a second attempt needs must not end the first, nor the process. */
  function quietly(act: () => void): void {
    try {
      act();
    } catch (error) {
      onFailure(error);
    }
  }

  return {
    settle(one) {
      if (!isOpen) return undefined;
      isOpen = false;
      clearTimeout(timer);
      return one === first ? second : first;
    },
  };
}
