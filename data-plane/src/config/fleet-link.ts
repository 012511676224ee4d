import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import {
  type ControlMessage,
  controlMessage,
  FLEET_PATH,
  FLEET_PROTOCOL_VERSION,
  type NodeMessage,
  SNAPSHOT_PATH,
} from '@tollgate/schema';
import type { Logger } from 'pino';
import WebSocket from 'ws';
import type { Adoption, ConfigStore } from './config-store.ts';

const RECONNECT_MS_MIN = 200;
const RECONNECT_MS_MAX = 5_000;
const MESSAGE_BYTES_MAX = 64 * 1_048_576;
/** The control plane pings every few seconds; a link that is silent for this long is dead. */
const SILENCE_MS_MAX = 30_000;

export type FleetLink = { start(): void; stop(): void; isConnected(): boolean };

export type FleetLinkOptions = {
  readonly controlPlaneUrl: string;
  readonly internalToken: string;
  readonly nodeId: string;
  readonly address: string;
  readonly store: ConfigStore;
  readonly log: Logger;
};

/** The node's side of the fleet protocol: dials, says its revision, adopts what comes, acknowledges, dials again. */
export function createFleetLink(options: FleetLinkOptions): FleetLink {
  const { store, log } = options;
  const headers = { authorization: `Bearer ${options.internalToken}` };
  let socket: WebSocket | undefined;
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;
  let failures = 0;

  function dial(): void {
    const url = new URL(FLEET_PATH, options.controlPlaneUrl);
    url.protocol = url.protocol.replace('http', 'ws');
    const dialled = new WebSocket(url, { headers, maxPayload: MESSAGE_BYTES_MAX, handshakeTimeout: 10_000 });
    socket = dialled;
    const watchdog = setTimeout(() => dialled.terminate(), SILENCE_MS_MAX);
    /** Messages are adopted one after the other, in the order in which they came. */
    let adoption = Promise.resolve();
    dialled.on('open', () => {
      failures = 0;
      log.info({ revision: store.revision() }, 'linked to the control plane');
      send(dialled, {
        type: 'hello',
        protocol: FLEET_PROTOCOL_VERSION,
        nodeId: options.nodeId,
        revision: store.revision(),
        checksum: store.checksum(),
        address: options.address,
      });
    });
    dialled.on('ping', () => watchdog.refresh());
    dialled.on('message', (data) => {
      watchdog.refresh();
      adoption = adoption
        .then(() => receive(dialled, String(data)))
        .catch((error: unknown) => log.error({ error: String(error) }, 'fleet link'));
    });
    dialled.on('error', (error) => log.debug({ error: error.message }, 'fleet link'));
    dialled.on('close', () => {
      clearTimeout(watchdog);
      if (!isStopped) redial();
    });
  }

  function redial(): void {
    const delayMs = Math.min(RECONNECT_MS_MAX, RECONNECT_MS_MIN * 2 ** failures) * (0.5 + Math.random());
    if (failures === 0) log.warn('the control plane is out of reach; serving from the last configuration');
    failures += 1;
    timer = setTimeout(dial, delayMs);
  }

  async function receive(from: WebSocket, text: string): Promise<void> {
    const parsed = controlMessage.safeParse(JSON.parse(text));
    if (!parsed.success)
      return send(from, { type: 'nack', revision: store.revision(), reason: 'a message of an unknown form' });
    const adopted = await adopt(parsed.data);
    if (adopted === undefined) return;
    if (adopted.ok) {
      log.info({ revision: store.revision() }, 'configuration adopted');
      send(from, { type: 'ack', revision: store.revision(), checksum: store.checksum() });
    } else {
      log.error({ revision: store.revision(), reason: adopted.reason }, 'configuration refused; keeping the last');
      send(from, { type: 'nack', revision: store.revision(), reason: adopted.reason });
    }
  }

  async function adopt(message: ControlMessage): Promise<Adoption | undefined> {
    switch (message.type) {
      case 'delta':
        return store.adoptDelta(message.delta);
      case 'pull':
        return fetchSnapshot().then(store.adoptSnapshot, refusal);
      case 'refused':
        log.error({ reason: message.reason }, 'the control plane refused this node');
        return undefined;
      default:
        return message satisfies never;
    }
  }

  async function fetchSnapshot(): Promise<AsyncIterable<string>> {
    const response = await fetch(new URL(SNAPSHOT_PATH, options.controlPlaneUrl), { headers });
    if (!response.ok || response.body === null)
      throw new Error(`the snapshot was answered with status ${response.status}`);
    return createInterface({ input: Readable.fromWeb(response.body), crlfDelay: Number.POSITIVE_INFINITY });
  }

  return {
    start: dial,
    stop() {
      isStopped = true;
      clearTimeout(timer);
      socket?.close();
    },
    isConnected: () => socket?.readyState === WebSocket.OPEN,
  };
}

const refusal = (error: unknown): Adoption => ({
  ok: false,
  reason: error instanceof Error ? error.message : String(error),
});

function send(socket: WebSocket, message: NodeMessage): void {
  if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message));
}
