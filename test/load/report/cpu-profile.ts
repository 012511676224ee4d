/** What is used of a `.cpuprofile` (DevTools protocol, `Profiler.Profile`): times are microseconds. */
export interface CpuProfile {
  readonly nodes: ReadonlyArray<{
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
  }>;
  /** The node that was on top at each sample, and the time since the sample before. */
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

export interface SelfTime {
  readonly name: string;
  /** File and line (from 1), empty for what is not JavaScript. */
  readonly place: string;
  readonly selfMs: number;
  /** Of the time in which the thread was not idle, 0 to 1. */
  readonly share: number;
}

function shortPlace({ url, lineNumber }: CpuProfile['nodes'][number]['callFrame']): string {
  return url === '' ? '' : `${url.split('/').slice(-3).join('/')}:${lineNumber + 1}`;
}

/** The `count` functions with the most time of their own, the most first; `(idle)` is left out. */
export function topSelfTimes({ nodes, samples, timeDeltas }: CpuProfile, count: number): SelfTime[] {
  const frames = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]));
  const times = new Map<string, { name: string; place: string; selfMs: number }>();
  let busyMs = 0;
  samples.forEach((id, index) => {
    const frame = frames.get(id);
    if (frame === undefined || frame.functionName === '(idle)') return;
    const name = frame.functionName === '' ? '(anonymous)' : frame.functionName;
    const place = shortPlace(frame);
    const entry = times.get(`${name} ${place}`) ?? { name, place, selfMs: 0 };
    const ms = (timeDeltas[index] ?? 0) / 1000;
    entry.selfMs += ms;
    busyMs += ms;
    times.set(`${name} ${place}`, entry);
  });
  return [...times.values()]
    .sort((a, b) => b.selfMs - a.selfMs)
    .slice(0, count)
    .map((entry) => ({ ...entry, share: entry.selfMs / busyMs }));
}
