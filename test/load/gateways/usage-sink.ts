import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type UsageRecord, usageRecord } from '@tollgate/schema';

/**
 * Takes usage segments and says yes to each, in place of the ingester.
 * @param onRecord is told each usage record in them; without it they are not looked at
 */
export async function startUsageSink(
  onRecord?: (record: UsageRecord) => void,
): Promise<{ readonly url: string; stop(): Promise<void> }> {
  const server = createServer((req, res) => {
    const pieces: Buffer[] = [];
    req.on('data', (piece: Buffer) => onRecord && pieces.push(piece));
    req.on('end', () => {
      if (onRecord) for (const record of recordsOf(Buffer.concat(pieces))) onRecord(record);
      res.writeHead(204).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const recordsOf = (segment: Buffer): UsageRecord[] =>
  segment
    .toString()
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => usageRecord.parse(JSON.parse(line)));
