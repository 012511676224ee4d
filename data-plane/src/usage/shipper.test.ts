import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { UsageSegment } from '@tollgate/schema';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createShipper } from './shipper.ts';

const log = pino({ level: 'silent' });
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tollgate-shipper-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const segment = (number: number) => writeFileSync(join(folder, `n.b.${number}.sealed`), `{"n":${number}}\n`);

/** A receiver that refuses the first `failures` segments it is offered. */
function receiver(failures = 0) {
  const received: UsageSegment[] = [];
  let offered = 0;
  return {
    received,
    close: async () => {},
    async send(sent: UsageSegment) {
      offered += 1;
      if (offered <= failures) throw new Error('away');
      received.push(sent);
    },
  };
}

describe('the shipper', () => {
  test('ships what is there at its start, the oldest first, and removes it', async () => {
    for (const number of [2, 1, 3]) segment(number);
    const transport = receiver();
    const shipper = createShipper(folder, transport, log);
    await shipper.stop(5_000);
    expect(transport.received.map(({ id }) => id)).toEqual(['n.b.1', 'n.b.2', 'n.b.3']);
    expect(readdirSync(folder)).toEqual([]);
  });

  test('a segment that is refused stays and is sent again, before those that follow', async () => {
    for (const number of [1, 2]) segment(number);
    const transport = receiver(2);
    const shipper = createShipper(folder, transport, log);
    await vi.waitFor(() => expect(transport.received).toHaveLength(2), 5_000);
    expect(transport.received.map(({ id, body }) => [id, body.toString()])).toEqual([
      ['n.b.1', '{"n":1}\n'],
      ['n.b.2', '{"n":2}\n'],
    ]);
    await shipper.stop(5_000);
  });

  test('a segment that comes later is shipped when it is told so', async () => {
    const transport = receiver();
    const shipper = createShipper(folder, transport, log);
    segment(1);
    shipper.wake(8);
    await vi.waitFor(() => expect(transport.received).toHaveLength(1), 5_000);
    await shipper.stop(5_000);
  });

  test('its backlog grows with each segment that is sealed while the receiver is away, and is nothing once it is shipped', async () => {
    segment(1);
    const transport = receiver(1);
    const shipper = createShipper(folder, transport, log);
    expect(shipper.backlogBytes()).toBe(8);
    segment(2);
    shipper.wake(8);
    expect(shipper.backlogBytes()).toBe(16);
    await vi.waitFor(() => expect(transport.received).toHaveLength(2), 5_000);
    await shipper.stop(5_000);
    expect(shipper.backlogBytes()).toBe(0);
  });

  test('stopping while the receiver is away ends at the deadline and keeps the segment', async () => {
    segment(1);
    const shipper = createShipper(folder, receiver(Number.POSITIVE_INFINITY), log);
    await shipper.stop(50);
    expect(readdirSync(folder)).toEqual(['n.b.1.sealed']);
  });
});
