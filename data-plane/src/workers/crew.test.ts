import { pino } from 'pino';
import { expect, test, vi } from 'vitest';
import { createCrew } from './crew.ts';

const log = pino({ level: 'silent' });

/** A worker without a process, which does what the test says. */
function fakeWorker(pid: number, isAbleToServe = true) {
  let end: (how: string) => void = () => {};
  const exited = new Promise<string>((resolve) => {
    end = resolve;
  });
  const taken = new Set<number>();
  const calls: string[] = [];
  return {
    pid,
    exited,
    taken,
    calls,
    isAbleToServe,
    die: (how = 'SIGKILL') => end(how),
    accept: async (slot: number) => {
      taken.add(slot);
      calls.push(`take ${slot}`);
      return true;
    },
    leave(slot: number) {
      taken.delete(slot);
      calls.push(`leave ${slot}`);
    },
    stop: ({ isPatient }: { isPatient: boolean }) => {
      calls.push(isPatient ? 'stop patiently' : 'stop');
      end('exit code 0');
    },
    kill: () => end('SIGKILL'),
  };
}
type Fake = ReturnType<typeof fakeWorker>;

function setUp(slots: number) {
  const started: Fake[] = [];
  const gone: { pid: number; wasServing: boolean; wasAsked: boolean }[] = [];
  let canServe = true;
  const crew = createCrew<Fake>({
    sockets: Array.from({ length: slots }, () => ({ close() {} })),
    start() {
      const worker = fakeWorker(started.length + 1, canServe);
      started.push(worker);
      return worker;
    },
    bringUp: async ({ isAbleToServe }) => isAbleToServe,
    onServing() {},
    onGone: ({ pid }, how) => void gone.push({ pid, ...how }),
    log,
  });
  return {
    crew,
    started,
    gone,
    pids: () => crew.serving().map(({ pid }) => pid),
    letServe(can: boolean) {
      canServe = can;
    },
  };
}

test('a worker that dies is replaced at once; until then another takes the connections of its socket', async () => {
  const { crew, started, gone, pids } = setUp(2);
  await crew.open();
  expect(pids()).toEqual([1, 2]);
  started[1]?.die();
  await vi.waitFor(() => expect(pids()).toEqual([1, 3]));
  expect(started[0]?.calls).toEqual(['take 1', 'take 2', 'leave 2']);
  expect(started[2]?.taken).toEqual(new Set([2]));
  expect(gone).toEqual([{ pid: 2, wasServing: true, wasAsked: false }]);
  await crew.stop(1_000);
});

test('if the substitute dies as well, the next one takes the connections of both', async () => {
  const { crew, started, letServe } = setUp(3);
  await crew.open();
  letServe(false);
  started[1]?.die();
  await vi.waitFor(() => expect(started[0]?.taken).toEqual(new Set([1, 2])));
  started[0]?.die();
  await vi.waitFor(() => expect(started[2]?.taken).toEqual(new Set([1, 2, 3])));
  await crew.stop(1_000);
});

test('one that cannot start is tried again, and it is said meanwhile', async () => {
  const { crew, started, letServe, pids, gone } = setUp(2);
  await crew.open();
  expect(crew.problems()).toEqual([]);
  letServe(false);
  started[0]?.die('exit code 9');
  await vi.waitFor(() => expect(crew.problems().join()).toMatch(/worker 1 ended [3-9] times.*SIGKILL/), 5_000);
  expect(pids()).toEqual([2]);
  expect(gone.slice(1).every(({ wasServing }) => !wasServing)).toBe(true);
  letServe(true);
  await vi.waitFor(() => expect(pids()).toHaveLength(2), 5_000);
  expect(crew.problems()).toEqual([]);
  await crew.stop(1_000);
});

test('if the first worker cannot start at all, that is said', async () => {
  const { crew, letServe } = setUp(2);
  letServe(false);
  await expect(crew.open()).rejects.toThrow('SIGKILL');
});

test('all are replaced one after the other; the old one goes only when the new one takes connections', async () => {
  const { crew, started, pids, gone } = setUp(2);
  await crew.open();
  const whenStopped: number[][] = [];
  for (const worker of started.slice()) {
    const { stop } = worker;
    worker.stop = (options) => {
      whenStopped.push(pids());
      stop(options);
    };
  }
  await crew.roll();
  expect(whenStopped).toEqual([
    [3, 2],
    [3, 4],
  ]);
  expect(pids()).toEqual([3, 4]);
  expect(started.map(({ calls }) => calls.at(-1))).toEqual(['stop patiently', 'stop patiently', 'take 1', 'take 2']);
  expect(gone.every(({ wasAsked }) => wasAsked)).toBe(true);
  await crew.stop(1_000);
});

test('if new workers cannot start, the old ones stay', async () => {
  const { crew, started, letServe, pids } = setUp(2);
  await crew.open();
  letServe(false);
  await crew.roll();
  expect(pids()).toEqual([1, 2]);
  expect(started).toHaveLength(3);
  await crew.stop(1_000);
});

test('one that dies while its successor starts is replaced by that, and by no other', async () => {
  const { crew, started, pids } = setUp(1);
  await crew.open();
  const rolling = crew.roll();
  started[0]?.die();
  await rolling;
  expect(pids()).toEqual([2]);
  expect(started).toHaveLength(2);
  await crew.stop(1_000);
});

test('once all are asked to stop, none is started any more, and one that does not end is killed', async () => {
  const { crew, started } = setUp(2);
  await crew.open();
  const stubborn = started[1];
  if (stubborn === undefined) expect.unreachable();
  stubborn.stop = () => {};
  await crew.stop(10);
  expect(await Promise.all(started.map(({ exited }) => exited))).toEqual(['exit code 0', 'SIGKILL']);
  expect(started).toHaveLength(2);
});
