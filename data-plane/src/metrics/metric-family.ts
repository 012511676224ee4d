import { AggregatorRegistry, type Registry } from 'prom-client';

/** A metric with all its values, as plain data. How values of several processes become one stands in `aggregator`. */
export type MetricFamily = {
  readonly name: string;
  readonly help: string;
  readonly type: string;
  readonly aggregator: string;
  readonly values: readonly {
    readonly value: number;
    readonly labels: Readonly<Record<string, string | number>>;
    readonly metricName?: string;
  }[];
};

/** The library's types say that a metric's type is a number; it is its name. */
export const familiesOf = async (registry: Registry): Promise<readonly MetricFamily[]> =>
  (await registry.getMetricsAsJSON()) as unknown as readonly MetricFamily[];

/** One registry of what several processes say of themselves. */
export const mergeFamilies = (processes: readonly (readonly MetricFamily[])[]): Registry =>
  AggregatorRegistry.aggregate(processes.map((families) => [...families]));

/** What only grows, and so must outlive the process that counted it. */
export const isCount = ({ type }: MetricFamily): boolean => type === 'counter' || type === 'histogram';
