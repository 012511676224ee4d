import type { ConfigStore } from './config/config-store.ts';
import type { ControlLink } from './config/control-link.ts';
import type { DiskCopy } from './config/disk-copy.ts';
import type { GatewayServer } from './http/server.ts';
import type { NodeMetrics } from './metrics/node-metrics.ts';
import type { ShipperListener } from './usage/shipper.ts';
import type { Readiness } from './workers/messages.ts';

/** What a process that serves opens up to where it stands. */
export type Serving = {
  readonly config: ConfigStore;
  readonly server: GatewayServer;
  readonly metrics: NodeMetrics;
  /** Why this process takes no traffic now, or undefined if it does. */
  readonly unreadiness: () => string | undefined;
  /** Sealed segments of others were moved into the spool folder. */
  readonly onSegments: (bytes: number) => void;
};

/** Where a process that serves stands: it is the whole node, or one of several workers under a supervisor. */
export type Place = {
  readonly nodeId: string;
  /** Unique to this life of the process. */
  readonly bootId: string;
  /** This process's alone, with what those before it left. */
  readonly spoolFolder: string;
  readonly disk: DiskCopy;
  /** Is told what of the spool was shipped, of this run and of those before it. */
  readonly shipped: ShipperListener;
  /** The way to the quota authority; it is up at the earliest once `open` was called. */
  link(config: ConfigStore): ControlLink;
  /** 1. loads the configuration on disk, 2. takes connections, 3. follows the control plane. @returns where the node serves */
  open(serving: Serving): Promise<string>;
  /** No connection is taken any more. */
  close(): void;
  /** Whether kept-alive connections may end by themselves when this process stops, because others take the new ones. */
  isPatient(): boolean;
  /** Of the whole node. */
  metricsText(): Promise<string>;
  readiness(): Promise<Readiness>;
  /** The last word: all is recorded, and nothing of this process's runs any more. */
  leave(): Promise<void>;
};
