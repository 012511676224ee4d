import { FLEET_PATH, FLEET_PROTOCOL_VERSION } from '@tollgate/schema';
import { WebSocket } from 'ws';

const EMPTY_CHECKSUM = '0'.repeat(64);

/** What a node that has nothing is sent first; its link ends with that. */
export function firstFleetMessage(controlUrl: string, headers: Readonly<Record<string, string>>): Promise<string> {
  const socket = new WebSocket(`${controlUrl.replace('http', 'ws')}${FLEET_PATH}`, { headers });
  const node = { nodeId: 'new', revision: 0, checksum: EMPTY_CHECKSUM, address: '' };
  return new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.once('open', () =>
      socket.send(JSON.stringify({ type: 'hello', protocol: FLEET_PROTOCOL_VERSION, ...node })),
    );
    socket.once('message', (data) => {
      socket.terminate();
      resolve(String(data));
    });
  });
}
