/** Lets at most `limit` in at once; the others wait in order. */
export type Turnstile = {
  /** Resolves with what must be called to leave; undefined if too many wait already. */
  enter(): Promise<(() => void) | undefined>;
};

/** @param waitingMax the bound of the queue; who comes when it is full is turned away */
export function createTurnstile(limit: number, waitingMax: number): Turnstile {
  const waiting: (() => void)[] = [];
  let inside = 0;

  function leave(): void {
    const next = waiting.shift();
    if (next) next();
    else inside -= 1;
  }

  function leaveOnce(): () => void {
    let left = false;
    return () => {
      if (left) return;
      left = true;
      leave();
    };
  }

  return {
    async enter() {
      if (inside < limit) {
        inside += 1;
        return leaveOnce();
      }
      if (waiting.length >= waitingMax) return undefined;
      await new Promise<void>((resolve) => waiting.push(resolve));
      return leaveOnce();
    },
  };
}
