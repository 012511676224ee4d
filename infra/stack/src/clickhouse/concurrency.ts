export interface Gate {
  /** Runs `work` when its turn comes; undefined if too many wait already. */
  enter<T>(work: () => Promise<T>): Promise<T> | undefined;
}

/** At most `running` at once; at most `waiting` more in line, first come first served; beyond that: refused. */
export function createGate(limits: { running: number; waiting: number }): Gate {
  const line: (() => void)[] = [];
  let running = 0;
  const leave = () => {
    const next = line.shift();
    if (next === undefined) running -= 1;
    else next();
  };
  const admit = async () => {
    if (running < limits.running) running += 1;
    else await new Promise<void>((resolve) => line.push(resolve));
  };
  return {
    enter<T>(work: () => Promise<T>) {
      if (running >= limits.running && line.length >= limits.waiting) return undefined;
      return admit().then(work).finally(leave);
    },
  };
}
