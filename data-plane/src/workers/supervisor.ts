import { join } from 'node:path';
import { type Keyring, newId } from '@tollgate/schema';
import type { Logger } from 'pino';
import { createDiskCopy } from '../config/disk-copy.ts';
import type { Environment } from '../environment.ts';
import { createCrewMetrics } from '../metrics/crew-metrics.ts';
import type { GatewayNode } from '../node.ts';
import { linkOf, openNodeFolder, urlOf } from '../own-place.ts';
import { createGathering } from '../usage/gathering.ts';
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
  const { nodeId, configFolder, spoolRoot, unlock } = await openNodeFolder(env);
  const sockets = await bindSlotSockets(env.TOLLGATE_GATEWAY_HOST, env.TOLLGATE_GATEWAY_PORT, env.TOLLGATE_WORKERS);
  const url = urlOf(env, sockets.port);
  const config = createCrewConfig<Member>({ keyring, disk: createDiskCopy(configFolder, keyring, log) });
  const link = linkOf({ env, keyring, nodeId, address: () => url, store: config, log });
  const routes = createHolderRoutes<Member>(link);
  const counts = createCrewMetrics<Member>();
  /** By the names of their spool folders. */
  const running = new Map<string, Member>();
  const spoolFolderOf = (bootId: string) => join(spoolRoot, bootId);
  const gathering = createGathering({
    root: spoolRoot,
    target: () => crew.serving().map(({ bootId }) => spoolFolderOf(bootId))[0],
    isInUse: (name) => running.has(name),
  });
  gathering.onMoved((bytes) => crew.serving()[0]?.segments(bytes));
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
        { nodeId, bootId, workers: env.TOLLGATE_WORKERS, spoolFolder: spoolFolderOf(bootId), configFolder, url },
        { onCounts: counts.note, onPassed: routes.send, onQuestion: report.answer },
      );
      running.set(bootId, member);
      return member;
    },
    async bringUp(member) {
      const isUp = await config.bringUp(member);
      if (isUp) routes.add(member);
      return isUp;
    },
    onServing: () => void gather(),
    onGone(member, how) {
      running.delete(member.bootId);
      config.remove(member);
      routes.remove(member);
      metrics.ended(how);
      counts.retire(member);
      void gather();
    },
    log,
  });

  const gather = () =>
    gathering
      .gather()
      .catch((error: unknown) => log.error({ error: String(error) }, 'a spool could not be taken over'));

  try {
    await crew.open();
  } catch (error) {
    await crew.stop(0);
    sockets.close();
    unlock();
    throw error;
  }
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
