import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import {
  type ControlMessage,
  controlMessage,
  FLEET_PATH,
  FLEET_PROTOCOL_VERSION,
  type NodeMessage,
  SNAPSHOT_PATH,
  TOLLGATE_VERSION,
  type TokenChoice,
} from '@tollgate/schema';
import type { Logger } from 'pino';
import WebSocket from 'ws';
import { type AdoptingStore, type Adoption, refusal } from './config-store.ts';
import type { ControlLink, QuotaMessage, RunsMessage } from './control-link.ts';
import { createLinkListeners } from './link-listeners.ts';

const RECONNECT_MS_MIN = 200;
const RECONNECT_MS_MAX = 5_000;
const MESSAGE_BYTES_MAX = 64 * 1_048_576;
/** The control plane pings every few seconds; a link that is silent for this long is dead. */
const SILENCE_MS_MAX = 30_000;

export type FleetLink = ControlLink & {
  start(): void;
  stop(): void;
  /** Says something of the node's runs; false if the link is down. */
  tell(message: RunsMessage): boolean;
};

export type FleetLinkOptions = {
  /** Replicas of the control plane, each as good as the other; at least one. */
  readonly controlPlaneUrls: readonly string[];
  readonly tokens: TokenChoice;
  /** Ids of the sealing keys that this node accepts, the current one first. */
  readonly sealingKeys: readonly string[];
  readonly nodeId: string;
  /** Where the node serves; asked for with each hello. */
  readonly address: () => string;
  readonly store: AdoptingStore;
  readonly log: Logger;
  /**
   * Runs of this node's processes that spend quotas and go on; whoever is not among them has ended. Asked for with each hello; left out if
   * nobody spends any here.
   */
  readonly holders?: () => readonly string[];
};

type ConfigMessage = Exclude<ControlMessage, QuotaMessage>;

/** The node's side of the fleet protocol: dials, says its revision, adopts what comes, acknowledges, dials again, the next. */
export function createFleetLink(options: FleetLinkOptions): FleetLink {
  const { store, log, tokens } = options;
  const headersOf = (token: string) => ({ authorization: `Bearer ${token}` });
  const listeners = createLinkListeners();
  let socket: WebSocket | undefined;
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;
  let failures = 0;
  /** Tokens that the replica whose turn it is did not take. */
  let refusals = 0;
  /** Nodes start at different replicas, and go on to the next when one is out of reach. */
  let turn = Math.floor(Math.random() * options.controlPlaneUrls.length);
  const urlOf = (path: string) => new URL(path, options.controlPlaneUrls[turn % options.controlPlaneUrls.length]);

  function dial(): void {
    const url = urlOf(FLEET_PATH);
    url.protocol = url.protocol.replace('http', 'ws');
    const token = tokens.current();
    const dialled = new WebSocket(url, {
      headers: headersOf(token),
      maxPayload: MESSAGE_BYTES_MAX,
      handshakeTimeout: 10_000,
    });
    socket = dialled;
    const watchdog = setTimeout(() => dialled.terminate(), SILENCE_MS_MAX);
    /** Messages are adopted one after the other, in the order in which they came. */
    let adoption = Promise.resolve();
    dialled.on('open', () => {
      failures = 0;
      refusals = 0;
      log.info({ revision: store.revision() }, 'linked to the control plane');
      send(dialled, {
        type: 'hello',
        protocol: FLEET_PROTOCOL_VERSION,
        nodeId: options.nodeId,
        revision: store.revision(),
        checksum: store.checksum(),
        address: options.address(),
        version: TOLLGATE_VERSION,
        sealingKeys: [...options.sealingKeys],
        lacksDataKeys: store.unopened().length > 0,
        ...(options.holders && { holders: [...options.holders()] }),
      });
      listeners.connected();
    });
    dialled.on('ping', () => watchdog.refresh());
    dialled.on('message', (data) => {
      watchdog.refresh();
      const message = parseMessage(String(data));
      // Requests wait for what is said of quotas, which has nothing to do with a configuration that is being read.
      if (message?.type === 'grant' || message?.type === 'recall') return listeners.message(message);
      adoption = adoption
        .then(() => receive(dialled, message))
        .catch((error: unknown) => log.error({ error: String(error) }, 'fleet link'));
    });
    dialled.on('unexpected-response', (_, response) => {
      if (response.statusCode === 401) refused(token);
      dialled.terminate();
    });
    dialled.on('error', (error) => log.debug({ error: error.message }, 'fleet link'));
    dialled.on('close', () => {
      clearTimeout(watchdog);
      listeners.disconnected();
      if (!isStopped) redial();
    });
  }

  /** This replica may still have the previous sealing key only: it is dialled again with the token of that. */
  function refused(token: string): void {
    tokens.refuse(token);
    refusals = (refusals + 1) % tokens.count;
    if (refusals > 0) {
      turn -= 1;
      return;
    }
    log.error(
      { sealingKeys: options.sealingKeys },
      'the control plane does not know this node’s token; does it accept the same TOLLGATE_SEAL_KEY?',
    );
  }

  function redial(): void {
    const delayMs = Math.min(RECONNECT_MS_MAX, RECONNECT_MS_MIN * 2 ** failures) * (0.5 + Math.random());
    if (failures === 0) log.warn('the control plane is out of reach; serving from the last configuration');
    failures += 1;
    turn += 1;
    timer = setTimeout(dial, delayMs);
  }

  async function receive(from: WebSocket, message: ConfigMessage | undefined): Promise<void> {
    if (message === undefined) {
      send(from, { type: 'nack', revision: store.revision(), reason: 'a message of an unknown form' });
      return;
    }
    const adopted = await adopt(message);
    if (adopted === undefined) return;
    if (adopted.ok) {
      log.info({ revision: store.revision() }, 'configuration adopted');
      send(from, { type: 'ack', revision: store.revision(), checksum: store.checksum(), ...problemOf(store) });
    } else {
      log.error({ revision: store.revision(), reason: adopted.reason }, 'configuration refused; keeping the last');
      send(from, { type: 'nack', revision: store.revision(), reason: adopted.reason });
    }
  }

  async function adopt(message: ConfigMessage): Promise<Adoption | undefined> {
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
    const url = urlOf(SNAPSHOT_PATH);
    const response = await tokens.ask((token) => fetch(url, { headers: headersOf(token) }));
    if (!response.ok || response.body === null)
      throw new Error(`the snapshot was answered with status ${response.status}`);
    return createInterface({ input: Readable.fromWeb(response.body), crlfDelay: Number.POSITIVE_INFINITY });
  }

  const say = (message: NodeMessage): boolean => socket !== undefined && send(socket, message);

  return {
    start: dial,
    stop() {
      isStopped = true;
      clearTimeout(timer);
      socket?.close();
    },
    isConnected: () => socket?.readyState === WebSocket.OPEN,
    send: say,
    tell: say,
    ...listeners.hear,
  };
}

function parseMessage(text: string): ControlMessage | undefined {
  try {
    return controlMessage.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

const UNOPENED_NAMED_MAX = 5;

function problemOf(store: Pick<AdoptingStore, 'unopened'>): { readonly problem?: string } {
  const unopened = store.unopened();
  if (unopened.length === 0) return {};
  const named = unopened.slice(0, UNOPENED_NAMED_MAX).join(', ');
  const more = unopened.length > UNOPENED_NAMED_MAX ? ` and ${unopened.length - UNOPENED_NAMED_MAX} more` : '';
  return { problem: `the secrets of ${named}${more} cannot be opened with this node’s sealing keys` };
}

function send(socket: WebSocket, message: NodeMessage): boolean {
  if (socket.readyState !== WebSocket.OPEN) return false;
  socket.send(JSON.stringify(message));
  return true;
}
