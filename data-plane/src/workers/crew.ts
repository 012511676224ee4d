import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Member } from './member.ts';
import type { SocketHandle } from './slot-sockets.ts';

/** A worker that ends sooner after its start is one that cannot start. */
const SETTLED_MS = 1_000;
const RETRY_MS_MIN = 250;
const RETRY_MS_MAX = 10_000;

type CrewMember = Pick<Member, 'pid' | 'exited' | 'accept' | 'leave' | 'stop' | 'kill'>;

export type CrewDeps<Worker extends CrewMember> = {
  /** The listening sockets, one for each worker. */
  readonly sockets: readonly SocketHandle[];
  start(): Worker;
  /** Makes a worker ready to serve. @returns false if it cannot be */
  bringUp(worker: Worker): Promise<boolean>;
  onServing(worker: Worker): void;
  onGone(worker: Worker, how: { readonly wasServing: boolean; readonly wasAsked: boolean }): void;
  readonly log: Logger;
};

export type Crew<Worker extends CrewMember> = {
  /** Starts all workers. @throws Error if the first cannot serve */
  open(): Promise<void>;
  /** Those that serve, which are all except while one is being replaced. */
  serving(): readonly Worker[];
  /** Why some slots have no worker of their own, in words. */
  problems(): readonly string[];
  /** Replaces all workers, one after the other, each by one that serves already. */
  roll(): Promise<void>;
  /** Asks all to stop, and waits for it; kills what still runs after this time. */
  stop(timeoutMs: number): Promise<void>;
};

/** A listening socket and who takes connections from it. */
type Slot<Worker> = {
  readonly number: number;
  readonly socket: SocketHandle;
  worker: Worker | undefined;
  /** Takes the connections while the slot's own worker is away. */
  substitute: Worker | undefined;
  failures: number;
  problem: string | undefined;
  isRolling: boolean;
};

/**
 * Keeps a worker in each slot. The sockets stay open whatever happens to workers: one that dies is replaced at once, or after a
 * growing pause if its successors die too, and meanwhile another takes the connections that come to its socket.
 */
export function createCrew<Worker extends CrewMember>(deps: CrewDeps<Worker>): Crew<Worker> {
  const { log } = deps;
  const slots: Slot<Worker>[] = deps.sockets.map((socket, index) => ({
    number: index + 1,
    socket,
    worker: undefined,
    substitute: undefined,
    failures: 0,
    problem: undefined,
    isRolling: false,
  }));
  const running = new Set<Worker>();
  const asked = new Set<Worker>();
  const stopping = new AbortController();
  const isStopping = () => stopping.signal.aborted;
  let rolling: Promise<void> | undefined;

  const serving = (): readonly Worker[] => slots.flatMap(({ worker }) => worker ?? []);

  /** Starts a worker that takes connections from the slot's socket. @returns it, or why there is none */
  async function start(slot: Slot<Worker>): Promise<Worker | string> {
    const worker = deps.start();
    running.add(worker);
    void worker.exited.then((how) => gone(worker, how));
    const isUp = (await deps.bringUp(worker)) && (await worker.accept(slot.number, slot.socket));
    if (isUp && !isStopping()) return worker;
    worker.kill();
    return worker.exited;
  }

  function seat(slot: Slot<Worker>, worker: Worker): void {
    slot.worker = worker;
    slot.problem = undefined;
    slot.substitute?.leave(slot.number);
    slot.substitute = undefined;
    const timer = setTimeout(() => {
      if (slot.worker === worker) slot.failures = 0;
    }, SETTLED_MS).unref();
    void worker.exited.then(() => clearTimeout(timer));
    deps.onServing(worker);
    log.info({ slot: slot.number, pid: worker.pid }, 'a worker serves');
  }

  function gone(worker: Worker, how: string): void {
    running.delete(worker);
    const own = slots.find((slot) => slot.worker === worker);
    if (own) own.worker = undefined;
    deps.onGone(worker, { wasServing: own !== undefined, wasAsked: asked.delete(worker) });
    for (const slot of slots) if (slot === own || slot.substitute === worker) substitute(slot);
    if (own === undefined || isStopping()) return;
    failed(own, how);
    if (!own.isRolling) void fill(own);
  }

  /** Connections that already wait in the socket's queue are taken as well. */
  function substitute(slot: Slot<Worker>): void {
    slot.substitute = isStopping() ? undefined : serving()[0];
    void slot.substitute?.accept(slot.number, slot.socket);
  }

  function failed(slot: Slot<Worker>, how: string): void {
    slot.failures += 1;
    slot.problem =
      slot.failures === 1
        ? `worker ${slot.number} ended (${how}) and is replaced`
        : `worker ${slot.number} ended ${slot.failures} times in a row soon after its start (${how})`;
    log.error({ slot: slot.number, how, failures: slot.failures }, 'a worker ended; it is replaced');
  }

  async function fill(slot: Slot<Worker>): Promise<void> {
    while (!isStopping()) {
      await pause(slot.failures);
      if (isStopping()) return;
      const started = await start(slot);
      if (typeof started !== 'string') return seat(slot, started);
      if (!isStopping()) failed(slot, started);
    }
  }

  /** The first is replaced at once. */
  async function pause(failures: number): Promise<void> {
    if (failures < 2) return;
    const pauseMs = Math.min(RETRY_MS_MAX, RETRY_MS_MIN * 2 ** Math.min(failures - 2, 10));
    await sleep(pauseMs, undefined, { signal: stopping.signal }).catch(() => {});
  }

  /** 1. The new worker takes connections, 2. then the old one takes none and ends once it has answered. */
  async function rollSlot(slot: Slot<Worker>): Promise<boolean> {
    const old = slot.worker;
    if (old === undefined) return true;
    slot.isRolling = true;
    const started = await start(slot); // 1.
    slot.isRolling = false;
    if (typeof started === 'string') {
      log.error({ slot: slot.number, how: started }, 'a new worker cannot start; the old ones stay');
      if (slot.worker === undefined) void fill(slot);
      return false;
    }
    seat(slot, started);
    if (running.has(old)) asked.add(old);
    old.stop({ isPatient: true }); // 2.
    await old.exited;
    return true;
  }

  async function roll(): Promise<void> {
    log.info('replacing all workers, one after the other');
    for (const slot of slots) if (isStopping() || !(await rollSlot(slot))) return;
    log.info('all workers are replaced');
  }

  return {
    async open() {
      const [first, ...others] = slots;
      if (first === undefined) return;
      const started = await start(first);
      if (typeof started === 'string') throw new Error(`the first worker could not start: ${started}`);
      seat(first, started);
      await Promise.all(
        others.map(async (slot) => {
          const worker = await start(slot);
          if (typeof worker !== 'string') return seat(slot, worker);
          failed(slot, worker);
          void fill(slot);
        }),
      );
    },
    serving,
    problems: () =>
      slots.flatMap(({ worker, problem, number }) => (worker ? [] : (problem ?? `worker ${number} starts`))),
    roll() {
      rolling ??= roll().finally(() => {
        rolling = undefined;
      });
      return rolling;
    },
    async stop(timeoutMs) {
      stopping.abort();
      const serves = new Set(serving());
      const all = [...running];
      for (const worker of all) {
        asked.add(worker);
        if (serves.has(worker)) worker.stop({ isPatient: false });
      }
      const timer = setTimeout(() => {
        for (const worker of running) worker.kill();
      }, timeoutMs);
      await Promise.all(all.map(({ exited }) => exited));
      clearTimeout(timer);
    },
  };
}
