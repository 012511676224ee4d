/** A moment after which something is overdue. Closed ones are forgotten. */
export type Deadline = {
  /** Starts anew, that long from now. */
  set(afterMs: number): void;
  /** Starts anew with the time that was set last. */
  renew(): void;
  close(): void;
};

export type Deadlines = { open(onOverdue: () => void): Deadline };

/** How late, at most, an overdue one is noticed; never early. */
const TICK_MS = 50;

/**
 * Deadlines for many connections, which are set and renewed several times for each request: they count the ticks of one
 * timer, so that none of it reads a clock or touches a list of timers.
 */
export function createDeadlines(): Deadlines {
  const open = new Set<{ overdueAt: number; readonly onOverdue: () => void }>();
  let tick = 0;
  let timer: NodeJS.Timeout | undefined;

  function onTick(): void {
    tick += 1;
    for (const entry of open) {
      if (tick < entry.overdueAt) continue;
      entry.overdueAt = Number.POSITIVE_INFINITY;
      entry.onOverdue();
    }
    if (open.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  }

  return {
    open(onOverdue) {
      const entry = { overdueAt: Number.POSITIVE_INFINITY, onOverdue };
      let ticks = Number.POSITIVE_INFINITY;
      open.add(entry);
      // It must not keep the process: what it watches does, as long as it is of use.
      timer ??= setInterval(onTick, TICK_MS).unref();
      return {
        set(afterMs) {
          // The tick under way is partly over.
          ticks = Math.ceil(afterMs / TICK_MS) + 1;
          entry.overdueAt = tick + ticks;
        },
        renew() {
          entry.overdueAt = tick + ticks;
        },
        close: () => void open.delete(entry),
      };
    },
  };
}
