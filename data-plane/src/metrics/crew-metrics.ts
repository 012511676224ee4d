import { familiesOf, isCount, type MetricFamily, mergeFamilies } from './metric-family.ts';

type Families = readonly MetricFamily[];

const RETIRED_MAX = 16;

/** The metrics of a node of several processes. What a process counted stays in the sums when it is gone. */
export type CrewMetrics<Process> = {
  /** Takes what a process says of itself. */
  note(process: Process, families: Families): void;
  /** The process is gone; what it last said that it had counted stays. */
  retire(process: Process): void;
  /** Prometheus' text: `answers` are the processes' own words of now; of those that gave none, the last counts. */
  text(own: Families, answers: ReadonlyMap<Process, Families>): Promise<string>;
};

/**
 * Counts are kept from every word of a process, so that a sum that was once told never falls. One that is killed takes
 * with it what it counted since its last word; one that stops says all of it.
 */
export function createCrewMetrics<Process>(): CrewMetrics<Process> {
  const counts = new Map<Process, ReadonlyMap<string, MetricFamily>>();
  const retired: Families[] = [];
  let isFolding = false;

  function note(process: Process, families: Families): void {
    const known = counts.get(process) ?? new Map<string, MetricFamily>();
    counts.set(
      process,
      new Map([...known, ...families.filter(isCount).map((family) => [family.name, family] as const)]),
    );
  }
  const known = (process: Process): Families => [...(counts.get(process)?.values() ?? [])];

  /** However many processes ended, what is kept of them does not grow. */
  async function fold(): Promise<void> {
    isFolding = true;
    const folded = retired.length;
    const families = await familiesOf(mergeFamilies(retired));
    retired.splice(0, folded, families);
    isFolding = false;
  }

  return {
    note,
    retire(process) {
      retired.push(known(process));
      counts.delete(process);
      if (retired.length > RETIRED_MAX && !isFolding) void fold();
    },
    async text(own, answers) {
      for (const [process, families] of answers) note(process, families);
      const silent = [...counts.keys()].filter((process) => !answers.has(process)).map(known);
      return mergeFamilies([own, ...answers.values(), ...silent, ...retired]).metrics();
    },
  };
}
