import { basename, join } from 'node:path';
import { type Keyring, newId } from '@tollgate/schema';
import type { Logger } from 'pino';
import { createDiskCopy } from '../config/disk-copy.ts';
import type { Environment } from '../environment.ts';
import { createCrewMetrics } from '../metrics/crew-metrics.ts';
import type { GatewayNode } from '../node.ts';
import { linkOf, openNodeFolder, urlOf } from '../own-place.ts';
import { createGathering } from '../usage/gathering.ts';
import { createNodeRuns } from '../usage/node-runs.ts';
import { createRunMarks } from '../usage/run-marks.ts';
import { type Crew, createCrew } from './crew.ts';
import { createCrewConfig } from './crew-config.ts';
import { createCrewReport } from './crew-report.ts';
import { createHolderRoutes } from './holder-routes.ts';
import { type Member, startMember } from './member.ts';
import { bindSlotSockets } from './slot-sockets.ts';
import { createSupervisorMetrics } from './supervisor-metrics.ts';

/** Beyond the time to drain: a worker ships what it can, and forces its spool to the disk. */
const STOP_GRACE_MS = 10_000;

export type Supervisor = GatewayNode & {
  /** Replaces all workers, one after the other, without a connection refused. */
  roll(): Promise<void>;
};

/** A node of several processes: this one has its folder, port and link to the control plane, and keeps the workers that serve. */
export async function startSupervisor(env: Environment, keyring: Keyring, log: Logger): Promise<Supervisor> {
  const { nodeId, configFolder, spoolRoot, runsFolder, unlock } = await openNodeFolder(env);
  const sockets = await bindSlotSockets(env.TOLLGATE_GATEWAY_HOST, env.TOLLGATE_GATEWAY_PORT, env.TOLLGATE_WORKERS);
  const url = urlOf(env, sockets.port);
  const config = createCrewConfig<Member>({ keyring, disk: createDiskCopy(configFolder, keyring, log) });
  const holders = () => [...routes.holders(), ...gathering.heldElsewhere()];
  const link = linkOf({ env, keyring, nodeId, address: () => url, store: config, log, holders });
  const routes = createHolderRoutes<Member>(link);
  const counts = createCrewMetrics<Member>();
  /** By the names of their spool folders. */
  const running = new Map<string, Member>();
  const spoolFolderOf = (bootId: string) => join(spoolRoot, bootId);
  const gathering = createGathering({
    root: spoolRoot,
    target: () => crew.serving().map(({ bootId }) => spoolFolderOf(bootId))[0],
    isInUse: (name) => running.has(name),
    log,
  });
  const runs = createNodeRuns({
    spoolRoot,
    marks: createRunMarks(runsFolder),
    running: () => [...running.keys(), ...gathering.heldElsewhere()],
    holders,
    tell: link.tell,
  });
  link.onConnect(runs.linked);
  gathering.onGathered((bytes, target) => {
    if (bytes > 0) running.get(basename(target))?.segments(bytes);
    runs.changed();
  });
  const metrics = createSupervisorMetrics({ wanted: env.TOLLGATE_WORKERS, serving: () => crew.serving().length });
  const report = createCrewReport<Member>({
    crew: { serving: () => crew.serving(), problems: () => crew.problems() },
    wanted: env.TOLLGATE_WORKERS,
    counts,
    ownFamilies: metrics.families,
  });

  const crew: Crew<Member> = createCrew<Member>({
    sockets: sockets.handles,
    start() {
      const bootId = newId();
      const member = startMember(
        {
          nodeId,
          bootId,
          workers: env.TOLLGATE_WORKERS,
          spoolFolder: spoolFolderOf(bootId),
          runsFolder,
          configFolder,
          url,
        },
        { onCounts: counts.note, onLease: link.send, onShipped: runs.changed, onQuestion: report.answer },
      );
      running.set(bootId, member);
      return member;
    },
    async bringUp(member) {
      const isUp = await config.bringUp(member);
      if (isUp) {
        routes.add(member);
        runs.changed(); // before anything that it asks
      }
      return isUp;
    },
    onServing: () => void gathering.gather(),
    onGone(member, how) {
      running.delete(member.bootId);
      config.remove(member);
      routes.remove(member);
      metrics.ended(how);
      counts.retire(member);
      runs.changed();
      void gathering.gather();
    },
    log,
  });

  try {
    await crew.open();
  } catch (error) {
    await crew.stop(0);
    sockets.close();
    unlock();
    throw error;
  }
  // Workers that outlived an earlier supervisor are known before it is said who goes on.
  await gathering.gather();
  link.start();
  log.info({ url, nodeId, workers: crew.serving().length }, 'the node listens');

  return {
    url,
    roll: crew.roll,
    /** What workers could not ship waits in their spool folders for the next start. */
    async stop() {
      sockets.close(); // 1. connections are refused once the workers have left the sockets as well
      await crew.stop(env.TOLLGATE_DRAIN_MS + STOP_GRACE_MS); // 2. what runs ends, is recorded and shipped
      gathering.stop();
      link.stop();
      unlock();
    },
  };
}
