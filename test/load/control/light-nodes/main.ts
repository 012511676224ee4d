/** Nodes without a gateway: the data plane's own link, store and disk copy, many in one process. */
import { join } from 'node:path';
import { authenticate, createConfigStore, createDiskCopy, createFleetLink } from '@tollgate/data-plane';
import { createKeyring, createTokenChoice } from '@tollgate/schema';
import { pino } from 'pino';
import { monotonicMs } from '../change-sets.ts';
import type { LightNodesJob, LightNodesMessage } from './protocol.ts';

const log = pino({ level: 'fatal' });
const tell = (message: LightNodesMessage): void => void process.send?.(message);

function startLightNode(job: LightNodesJob, node: string): void {
  const keyring = createKeyring(job.sealKey);
  const store = createConfigStore(keyring, createDiskCopy(join(job.folder, node), keyring, log));
  const link = createFleetLink({
    controlPlaneUrls: [job.controlUrl],
    tokens: createTokenChoice(keyring.internalTokens),
    sealingKeys: keyring.accepted.map(({ keyId }) => keyId),
    nodeId: node,
    address: () => `light:${node}`,
    store,
    log,
  });
  let wasAccepted: boolean | undefined;
  store.onChange(() => {
    const isAccepted = authenticate(store.index(), job.secret, Date.now()).ok;
    if (wasAccepted === undefined) tell({ type: 'linked', node });
    else if (isAccepted !== wasAccepted) tell({ type: 'flipped', node, isAccepted, atMs: monotonicMs() });
    wasAccepted = isAccepted;
  });
  link.start();
}

const job = JSON.parse(process.argv[2] ?? '') as LightNodesJob;
for (const node of job.names) startLightNode(job, node);
process.on('disconnect', () => process.exit());
