import { type ControlMessage, controlMessage, FLEET_PATH, type NodeMessage, SNAPSHOT_PATH } from '@tollgate/schema';
import { onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { testKeyring } from './fixed-ports.ts';
import { createReplica, type Replica } from './replica.ts';

export type TestNode = {
  readonly replica: Replica;
  readonly socket: WebSocket;
  /** Types of the messages that came, in order. */
  readonly received: ControlMessage['type'][];
  send(message: NodeMessage | object): void;
  /** Resolves once the replica is at a revision. */
  reaches(revision: number): Promise<void>;
  readonly closed: Promise<{ readonly code: number; readonly reason: string }>;
};

export const internalHeaders = { authorization: `Bearer ${testKeyring.internalToken}` };

/**
 * A node that says hello, follows deltas and pulls, and acknowledges each; it closes with the test. One that `refuses` does so
 * for that reason with each revision after its first.
 */
export function startTestNode(
  url: string,
  nodeId: string,
  { refuses, holders }: { refuses?: string; holders?: readonly string[] } = {},
): TestNode {
  const replica = createReplica(testKeyring);
  const received: ControlMessage['type'][] = [];
  const waiting: { readonly revision: number; resolve(): void }[] = [];
  const socket = new WebSocket(`${url.replace('http', 'ws')}${FLEET_PATH}`, { headers: internalHeaders });
  onTestFinished(() => socket.terminate());
  const send = (message: object) => socket.send(JSON.stringify(message));

  async function follow(message: ControlMessage): Promise<void> {
    received.push(message.type);
    if (message.type === 'refused' || message.type === 'grant' || message.type === 'recall') return;
    if (refuses !== undefined && received.length > 1) {
      return send({ type: 'nack', revision: replica.position().revision, reason: refuses });
    }
    if (message.type === 'delta') replica.apply(message.delta);
    else replica.load(await (await fetch(`${url}${SNAPSHOT_PATH}`, { headers: internalHeaders })).text());
    send({ type: 'ack', ...replica.position() });
    for (const { revision, resolve } of waiting) if (replica.position().revision >= revision) resolve();
  }

  socket.on('open', () =>
    send({ type: 'hello', protocol: 1, nodeId, address: 'http://node', holders, ...replica.position() }),
  );
  socket.on('message', (data) => void follow(controlMessage.parse(JSON.parse(String(data)))));
  socket.on('error', () => {});
  return {
    replica,
    socket,
    received,
    send,
    reaches: (revision) =>
      new Promise((resolve) => {
        if (received.length > 0 && replica.position().revision >= revision) resolve();
        else waiting.push({ revision, resolve });
      }),
    closed: new Promise((resolve) => {
      socket.on('close', (code, reason) => resolve({ code, reason: String(reason) }));
    }),
  };
}
