import { readFile, rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { UsageTransport } from '@tollgate/schema';
import type { Logger } from 'pino';
import type { RunMarks } from './run-marks.ts';
import { listSealedSegments, type SealedSegment } from './spool-folder.ts';

const RETRY_MS_MIN = 100;
const RETRY_MS_MAX = 5_000;

export type ShipperListener = Pick<RunMarks, 'mark'> & {
  /** All that waited was shipped and removed. */
  shipped(): void;
};

export type Shipper = {
  /** Says that a segment of this size was sealed and waits. */
  wake(bytes: number): void;
  /** Ships what is there until nothing is left or the time is up, and stops. What is left is shipped at the next start. */
  stop(deadlineMs: number): Promise<void>;
  /** What was sealed and is not shipped yet. */
  backlogBytes(): number;
};

/**
 * Ships sealed segments one after the other, the oldest first, for ever: 1. send, 2. note how far the run's records reach, 3. remove once the
 * receiver has it. A crash between 1 and 3 sends the same segment again, which the receiver drops by its id. While the receiver is away
 * segments pile up on disk; the node sheds load before the disk is full.
 */
export function createShipper(
  folder: string,
  transport: UsageTransport,
  log: Logger,
  listener?: ShipperListener,
): Shipper {
  let isStopping = false;
  let wakeUp: () => void = () => {};
  let failures = 0;
  let backlogBytes = listSealedSegments(folder).reduce((sum, { bytes }) => sum + bytes, 0);
  const running = run();

  async function run(): Promise<void> {
    for (;;) {
      if (await shipAll()) listener?.shipped();
      if (isStopping && failures === 0 && listSealedSegments(folder).length === 0) return;
      await (failures > 0 ? sleep(retryDelayMs(failures)) : idle());
    }
  }

  async function shipAll(): Promise<boolean> {
    for (const segment of listSealedSegments(folder)) if (!(await ship(segment))) return false;
    return true;
  }

  async function ship(segment: SealedSegment): Promise<boolean> {
    try {
      const body = await readFile(segment.path);
      await transport.send({ id: segment.id, body });
      await listener?.mark(segment.id, body);
      await rm(segment.path);
      backlogBytes -= segment.bytes;
      if (failures > 0) log.info({ failures }, 'usage is shipped again');
      failures = 0;
      return true;
    } catch (error) {
      failures += 1;
      log.warn(
        { segment: segment.id, failures, error: String(error) },
        'usage cannot be shipped; it waits in the spool',
      );
      return false;
    }
  }

  /** A wake-up that comes while segments are being shipped is seen by the listing that follows. */
  function idle(): Promise<void> {
    return new Promise((resolve) => {
      wakeUp = resolve;
      if (listSealedSegments(folder).length > 0 || isStopping) resolve();
    });
  }

  return {
    wake(bytes) {
      backlogBytes += bytes;
      wakeUp();
    },
    async stop(deadlineMs) {
      isStopping = true;
      wakeUp();
      await Promise.race([running, sleep(deadlineMs, undefined, { ref: false })]);
    },
    backlogBytes: () => backlogBytes,
  };
}

const retryDelayMs = (failures: number): number =>
  Math.min(RETRY_MS_MAX, RETRY_MS_MIN * 2 ** Math.min(failures, 10)) * (0.5 + Math.random() / 2);
