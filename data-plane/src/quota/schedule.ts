/** When something is to be done; what is scheduled keeps no process alive. */
export type Schedule = {
  /** Once all that is at hand has been dealt with. */
  soon(run: () => void): void;
  /** @returns what calls it off */
  after(delayMs: number, run: () => void): () => void;
  /** @returns what ends it */
  every(periodMs: number, run: () => void): () => void;
};

/** Timers of this process. */
export const processSchedule: Schedule = Object.freeze({
  soon(run) {
    setImmediate(run);
  },
  after(delayMs, run) {
    const timer = setTimeout(run, delayMs).unref();
    return () => clearTimeout(timer);
  },
  every(periodMs, run) {
    const timer = setInterval(run, periodMs).unref();
    return () => clearInterval(timer);
  },
});
