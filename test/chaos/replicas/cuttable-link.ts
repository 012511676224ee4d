import { connect, createServer, type Server, type Socket } from 'node:net';

/** Stands between a node and a control plane, and can be cut: what is open breaks, and nothing new gets through. */
export type CuttableLink = {
  readonly url: string;
  cut(): void;
  mend(): void;
  close(): Promise<void>;
};

export async function startCuttableLink(targetPort: number): Promise<CuttableLink> {
  const open = new Set<Socket>();
  let isCut = false;

  const server: Server = createServer((inner) => {
    if (isCut) inner.destroy();
    else join(inner);
  });

  function join(inner: Socket): void {
    const outer = connect(targetPort, '127.0.0.1');
    const both = [inner, outer];
    for (const socket of both) {
      open.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => {
        for (const one of both) one.destroy();
        open.delete(socket);
      });
    }
    inner.pipe(outer);
    outer.pipe(inner);
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the link has no port');

  function breakAll(): void {
    for (const socket of open) socket.destroy();
  }

  return {
    url: `http://127.0.0.1:${address.port}`,
    cut() {
      isCut = true;
      breakAll();
    },
    mend() {
      isCut = false;
    },
    async close() {
      breakAll();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
