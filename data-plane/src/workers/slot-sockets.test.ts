import { once } from 'node:events';
import { closeSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { constants } from 'node:os';
import { expect, onTestFinished, test } from 'vitest';
import { createAcceptor } from './accept-connections.ts';
import { bindEach, bindSlotSockets } from './slot-sockets.ts';

const handle = () => ({ close() {} });
const isShared = (flags: number) => flags !== 0;

test('each worker has a socket of its own, or where the system cannot spread connections over several, all have the same', () => {
  const own = bindEach(handle, 3);
  expect(new Set(own).size).toBe(3);
  const notSupported = -constants.errno.ENOTSUP;
  const same = bindEach((flags) => (isShared(flags) ? notSupported : handle()), 3);
  expect(same).toHaveLength(3);
  expect(new Set(same).size).toBe(1);
  expect(bindEach(() => -constants.errno.EADDRINUSE, 3)).toEqual([]);
});

const HOST = '127.0.0.1';

test('a port that is somebody’s is refused, whether it was opened for sharing or not', async () => {
  const other = createServer().listen(0, HOST);
  await once(other, 'listening');
  const { port } = other.address() as AddressInfo;
  await expect(bindSlotSockets(HOST, port, 2)).rejects.toThrow(`${port}`);
  other.close();
  await once(other, 'close');

  const sharing = createServer().listen({ port, host: HOST, reusePort: true });
  await once(sharing, 'listening');
  await expect(bindSlotSockets(HOST, port, 2)).rejects.toThrow(`${port}`);
  sharing.close();
}, 15_000);

test('while a worker listens, no one else gets the port; connections reach it; then the port is free', async () => {
  const sockets = await bindSlotSockets(HOST, 0, 2);
  const taken: number[] = [];
  const acceptor = createAcceptor(
    (descriptor) => {
      taken.push(descriptor);
      closeSync(descriptor);
    },
    (error) => expect.unreachable(String(error)),
  );
  await acceptor.accept(1, sockets.handles[0]);
  const client = connect(sockets.port, HOST);
  onTestFinished(() => void client.destroy());
  // The descriptor is the adopter's own: that Node let its socket go did not close the connection before.
  await once(client, 'close');
  expect(taken).toHaveLength(1);

  await expect(bindSlotSockets(HOST, sockets.port, 1)).rejects.toThrow(`${sockets.port}`);
  const single = createServer().listen(sockets.port, HOST);
  await expect(once(single, 'listening')).rejects.toThrow('EADDRINUSE');

  acceptor.leaveAll();
  sockets.close();
  await new Promise(setImmediate);
  (await bindSlotSockets(HOST, sockets.port, 1)).close();
}, 15_000);
