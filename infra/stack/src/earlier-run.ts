import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { endProcesses, findProcessesIn } from './directory-processes.ts';
import { readIfPresent } from './secret-file.ts';

export interface EarlierRun {
  /** The folder the service was given; holds `started-by`, the pid of the process that started it last. */
  readonly dataDir: string;
  /** Where its processes have their working directory. */
  readonly workingDir: string;
  /** The file name of the program they run. */
  readonly program: string;
  readonly stopSignal: NodeJS.Signals;
  readonly graceMs: number;
  /** The one to signal, if the others follow it. */
  readonly leader?: number;
}

/**
 * Takes a data folder over: (1) if the service of an earlier run is alive there and so is the process that started
 * it, throws; (2) if it was orphaned, it is stopped, by SIGKILL after `graceMs`; (3) writes who starts it now.
 * An orphan is known by its parent: the kernel gives it another than the one `started-by` names. Without a /proc
 * nothing is found, and the service's own lock decides.
 */
export async function takeOver(run: EarlierRun): Promise<void> {
  const startedBy = join(run.dataDir, 'started-by');
  const starter = Number(await readIfPresent(startedBy));
  const find = () => findProcessesIn(run.workingDir, run.program);
  const left = await find();
  for (const pid of left) {
    if ((await parentOf(pid)) !== starter) continue;
    const whose = `Process ${starter} runs ${run.program} (pid ${pid}) on ${run.dataDir}.`;
    throw new Error(`${whose} Stop that process first, or use another data folder.`);
  }
  const leaders = left.filter((pid) => run.leader === undefined || pid === run.leader);
  if (left.length > 0) await endProcesses(leaders, find, run);
  await writeFile(startedBy, String(process.pid));
}

/** Field 4 of /proc/<pid>/stat; the name in field 2 may hold anything, so the count starts after its parenthesis. */
async function parentOf(pid: number): Promise<number | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  const parent = stat
    .slice(stat.lastIndexOf(')') + 1)
    .trim()
    .split(' ')[1];
  return parent === undefined ? undefined : Number(parent);
}
