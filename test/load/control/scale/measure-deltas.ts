import { once } from 'node:events';
import { controlMessage, FLEET_PATH } from '@tollgate/schema';
import WebSocket from 'ws';
import { createSamples, type Percentiles } from '../../measure/samples.ts';
import type { Bed } from '../bed.ts';
import { commit, monotonicMs } from '../change-sets.ts';
import { internalHeaders, type SnapshotFigures } from './read-snapshot.ts';
import { keyName } from './seed-keys.ts';

export interface DeltaFigures {
  readonly bytes: Percentiles;
  /** From sending the mutation that blocks one key until the delta is here. */
  readonly afterSendingMs: Percentiles;
  /** From its answer; less than 0 if the delta is here before. */
  readonly afterAnswerMs: Percentiles;
}

const ROUNDS = 100;

/** Follows as a node that has the snapshot does, but only looks at what it is sent. */
export async function measureDeltas(bed: Bed, snapshot: SnapshotFigures): Promise<DeltaFigures> {
  const { revision, checksum } = snapshot;
  const socket = new WebSocket(`${bed.controlUrl.replace('http', 'ws')}${FLEET_PATH}`, {
    headers: internalHeaders(bed),
  });
  await once(socket, 'open');
  const send = (message: object): void => socket.send(JSON.stringify(message));
  const next = async (): Promise<{ readonly atMs: number; readonly bytes: number }> => {
    const [data] = (await once(socket, 'message')) as [Buffer];
    const atMs = monotonicMs();
    const message = controlMessage.parse(JSON.parse(String(data)));
    if (message.type !== 'delta') throw new Error(`a delta was expected, not ${message.type}`);
    send({ type: 'ack', revision: message.delta.to, checksum: message.delta.checksum });
    return { atMs, bytes: data.byteLength };
  };
  const first = next();
  send({ type: 'hello', protocol: 1, nodeId: 'delta-bench', address: 'bench', revision, checksum });
  await first;
  const [bytes, afterSending, afterAnswer] = [createSamples(), createSamples(), createSamples()];
  for (let round = 0; round < ROUNDS; round += 1) {
    const delta = next();
    const sentMs = monotonicMs();
    await commit(bed.graphql, [{ [round % 2 === 0 ? 'blockVirtualKey' : 'unblockVirtualKey']: { name: keyName(0) } }]);
    const answeredMs = monotonicMs();
    const arrived = await delta;
    bytes.add(arrived.bytes);
    afterSending.add(arrived.atMs - sentMs);
    afterAnswer.add(arrived.atMs - answeredMs);
  }
  socket.close();
  return {
    bytes: bytes.percentiles(),
    afterSendingMs: afterSending.percentiles(),
    afterAnswerMs: afterAnswer.percentiles(),
  };
}
