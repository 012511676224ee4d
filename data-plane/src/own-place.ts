import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createTokenChoice, type Keyring, newId } from '@tollgate/schema';
import type { Logger } from 'pino';
import type { AdoptingStore } from './config/config-store.ts';
import { createDiskCopy } from './config/disk-copy.ts';
import { createFleetLink, type FleetLink } from './config/fleet-link.ts';
import type { Environment } from './environment.ts';
import { lockFolder } from './folder-lock.ts';
import type { Place, Serving } from './place.ts';
import { createGathering } from './usage/gathering.ts';
import { createNodeRuns } from './usage/node-runs.ts';
import { createRunMarks } from './usage/run-marks.ts';

/** The folder of a node, for this process alone. */
export type NodeFolder = {
  readonly nodeId: string;
  readonly configFolder: string;
  readonly spoolRoot: string;
  /** How many records the node's processes made. */
  readonly runsFolder: string;
  unlock(): void;
};

/** @throws Error if another node works in the folder */
export async function openNodeFolder({ TOLLGATE_DATA_DIR }: Environment): Promise<NodeFolder> {
  const folder = join(TOLLGATE_DATA_DIR, 'node');
  const nodeId = persistentNodeId(folder);
  const unlock = await lockFolder(folder);
  const spoolRoot = join(folder, 'spool');
  mkdirSync(spoolRoot, { recursive: true, mode: 0o700 });
  return {
    nodeId,
    configFolder: join(folder, 'config'),
    spoolRoot,
    runsFolder: join(folder, 'runs'),
    unlock,
  };
}

/** A process that is the whole node: folder, port and link are its own. */
export async function openOwnPlace(env: Environment, keyring: Keyring, log: Logger): Promise<Place> {
  const { nodeId, configFolder, spoolRoot, runsFolder, unlock } = await openNodeFolder(env);
  const gathering = createGathering({ root: spoolRoot, target: () => spoolRoot, log });
  await gathering.gather();
  const bootId = newId();
  const marks = createRunMarks(runsFolder);
  /** This one, and workers that outlived their supervisor. */
  const running = () => [bootId, ...gathering.heldElsewhere()];
  const runs = createNodeRuns({
    spoolRoot,
    marks,
    running,
    holders: running,
    tell: (message) => link?.tell(message) ?? false,
  });
  let serving: Serving | undefined;
  let link: FleetLink | undefined;
  let url = '';
  return {
    nodeId,
    bootId,
    spoolFolder: spoolRoot,
    disk: createDiskCopy(configFolder, keyring, log),
    shipped: { mark: marks.mark, shipped: runs.changed },
    link(store) {
      link = linkOf({ env, keyring, nodeId, address: () => url, store, log, holders: runs.holders });
      link.onConnect(runs.linked);
      return link;
    },
    async open(opened) {
      serving = opened;
      const { config, server } = opened;
      gathering.onGathered((bytes) => {
        if (bytes > 0) opened.onSegments(bytes);
        runs.changed();
      });
      if (await config.loadFromDisk()) log.info({ revision: config.revision() }, 'serving the configuration on disk');
      const port = await server.listen(env.TOLLGATE_GATEWAY_HOST, env.TOLLGATE_GATEWAY_PORT);
      url = urlOf(env, port);
      link?.start();
      return url;
    },
    // The server's own socket is closed when it drains.
    close() {},
    isPatient: () => false,
    metricsText: async () => serving?.metrics.text() ?? '',
    async readiness() {
      const reason = serving?.unreadiness();
      return { isReady: reason === undefined, text: reason ?? 'ready' };
    },
    async leave() {
      gathering.stop();
      link?.stop();
      unlock();
    },
  };
}

export const urlOf = (env: Environment, port: number): string => `http://${env.TOLLGATE_GATEWAY_HOST}:${port}`;

/** The node's one link to the control plane. */
export const linkOf = (options: {
  readonly env: Environment;
  readonly keyring: Keyring;
  readonly nodeId: string;
  readonly address: () => string;
  readonly store: AdoptingStore;
  readonly log: Logger;
  readonly holders: () => readonly string[];
}): FleetLink =>
  createFleetLink({
    controlPlaneUrls: options.env.TOLLGATE_CONTROL_URL,
    tokens: createTokenChoice(options.keyring.internalTokens),
    sealingKeys: options.keyring.accepted.map(({ keyId }) => keyId),
    nodeId: options.nodeId,
    address: options.address,
    store: options.store,
    log: options.log,
    holders: options.holders,
  });

/** A node keeps its id over restarts, so that its records and its place in the fleet do. */
function persistentNodeId(folder: string): string {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = join(folder, 'node-id');
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    const id = newId();
    writeFileSync(file, `${id}\n`, { mode: 0o600 });
    return id;
  }
}
