import { readFile } from 'node:fs/promises';

/** Clock ticks per second in `/proc`; 100 on every Linux that Node runs on (`getconf CLK_TCK`). */
const TICKS_PER_SECOND = 100;
const RSS_POLL_MS = 200;

export interface Memory {
  /** Resident memory now, and the most it ever was. */
  readonly rssBytes: number;
  readonly peakRssBytes: number;
}

/** Fields of `/proc/<pid>/stat` from the third on, which follow the program's name in brackets. */
function statFields(stat: string): number[] {
  return stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number);
}

function ticksToSeconds(...ticks: ReadonlyArray<number | undefined>): number {
  return ticks.reduce<number>((sum, tick) => sum + (tick ?? Number.NaN), 0) / TICKS_PER_SECOND;
}

/** User and system time in seconds out of `/proc/<pid>/stat` (proc(5): fields 14 and 15). */
export function parseCpuSeconds(stat: string): number {
  const fields = statFields(stat);
  return ticksToSeconds(fields[11], fields[12]);
}

/** The same of the children that ended and were waited for (fields 16 and 17). */
export function parseReapedCpuSeconds(stat: string): number {
  const fields = statFields(stat);
  return ticksToSeconds(fields[13], fields[14]);
}

/** Busy CPU seconds of the whole machine out of `/proc/stat`: all but idle and waiting for I/O, with what was stolen. */
export function parseMachineCpuSeconds(stat: string): number {
  const [user, nice, system, , , interrupt, softInterrupt, stolen] = (/^cpu +(.*)$/m.exec(stat)?.[1] ?? '')
    .split(' ')
    .map(Number);
  return ticksToSeconds(user, nice, system, interrupt, softInterrupt, stolen);
}

/** `VmRSS` and `VmHWM` out of `/proc/<pid>/status`. */
export function parseMemory(status: string): Memory {
  const bytesOf = (name: string): number => 1024 * Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]);
  return { rssBytes: bytesOf('VmRSS'), peakRssBytes: bytesOf('VmHWM') };
}

/** CPU time that all threads of processes have used so far, in steps of 10 ms each. */
export async function readCpuSeconds(pids: readonly number[]): Promise<number> {
  const each = await Promise.all(pids.map(async (pid) => parseCpuSeconds(await readFile(`/proc/${pid}/stat`, 'utf8'))));
  return each.reduce((sum, seconds) => sum + seconds, 0);
}

/** CPU time of this process's children that have ended. */
export async function readReapedCpuSeconds(): Promise<number> {
  return parseReapedCpuSeconds(await readFile('/proc/self/stat', 'utf8'));
}

export async function readMachineCpuSeconds(): Promise<number> {
  return parseMachineCpuSeconds(await readFile('/proc/stat', 'utf8'));
}

/** Of all together; what they share is counted for each. */
export async function readMemory(pids: readonly number[]): Promise<Memory> {
  const each = await Promise.all(pids.map(async (pid) => parseMemory(await readFile(`/proc/${pid}/status`, 'utf8'))));
  return each.reduce((sum, memory) => ({
    rssBytes: sum.rssBytes + memory.rssBytes,
    peakRssBytes: sum.peakRssBytes + memory.peakRssBytes,
  }));
}

/** The largest resident memory of processes while `work` goes on. */
export async function peakRssDuring<T>(pids: readonly number[], work: () => Promise<T>): Promise<readonly [T, number]> {
  let peak = 0;
  const timer = setInterval(() => {
    readMemory(pids).then(
      ({ rssBytes }) => {
        peak = Math.max(peak, rssBytes);
      },
      () => {},
    );
  }, RSS_POLL_MS);
  try {
    return [await work(), peak];
  } finally {
    clearInterval(timer);
  }
}
