import { createQuotaAuthority, type LeaseStore } from '@tollgate/control-plane';
import type { DeclaredQuota, GrantMessage, LeaseMessage } from '@tollgate/schema';
import { createFaultyLeaseStore } from './faulty-lease-store.ts';
import { createLedger, type Ledger } from './ledger.ts';
import { createNetwork, type Faults, NO_FAULTS } from './network.ts';
import { createVirtualNode, type Demand, type VirtualNode } from './virtual-node.ts';
import type { VirtualTime } from './virtual-time.ts';

/** What happens next, after a pause. */
export type Step = { readonly pauseMs: number; readonly node: number } & (
  | ({ readonly tag: 'request' } & Omit<Demand, 'quotas'> & { readonly quotas: readonly number[] })
  | { readonly tag: 'cut'; readonly forMs: number }
  | { readonly tag: 'crash' | 'stop' }
);

/** Nodes, replicas of the authority, and a network between them. */
export type World = {
  readonly time: VirtualTime;
  readonly ledger: Ledger;
  /** Those that run now; one that was killed or stopped has been replaced by another run. */
  nodes(): readonly VirtualNode[];
  /** Holders that are no more, whether or not their last word was heard. */
  departed(): readonly string[];
  take(step: Step): Promise<void>;
  /** No fault any more, and all links are up. */
  calm(): void;
  runFor(ms: number): Promise<void>;
};

export type WorldOptions = {
  readonly quotas: readonly DeclaredQuota[];
  readonly nodes: number;
  readonly seed: number;
  readonly faults: Faults;
};

/** @param stores that of each replica; all lead to the same leases */
export function createWorld(options: WorldOptions, time: VirtualTime, stores: readonly LeaseStore[]): World {
  const { quotas, seed, faults } = options;
  const network = createNetwork(time, seed, faults);
  const ledger = createLedger();

  function recall(ids: readonly string[]): void {
    for (const node of nodes)
      network.carry(() => {
        if (node.isAlive() && node.isLinked()) node.book.recalled({ type: 'recall', quotas: [...ids] });
      });
  }

  const byId = new Map(quotas.map((quota) => [quota.id, quota]));
  const catalogue = {
    find: async (ids: readonly string[]) =>
      new Map(
        ids
          .flatMap((id) => [[id, byId.get(id)] as const])
          .filter((pair): pair is [string, DeclaredQuota] => pair[1] !== undefined),
      ),
  };
  // It keeps nothing in memory: each replica is as good as the other, and one that dies between commit and answer is an answer that is lost.
  const replicas = stores.map((behind) => {
    const store = createFaultyLeaseStore(behind, recall);
    return { store, ...createQuotaAuthority({ store, catalogue }) };
  });
  let turn = 0;
  const nodes: VirtualNode[] = [];
  const departed: string[] = [];

  function startNode(at: number): void {
    const holder = `holder-${departed.length + at}-${at}`;
    const node: VirtualNode = createVirtualNode({
      holder,
      time,
      ledger,
      send: (message) =>
        network.carry(() =>
          ask(message, (answer) =>
            network.carry(() => {
              if (node.isAlive()) node.book.granted(answer);
            }),
          ),
        ),
    });
    nodes[at] = node;
  }

  async function ask(message: LeaseMessage, onAnswer: (answer: GrantMessage) => void): Promise<void> {
    turn += 1;
    const replica = replicas[turn % replicas.length];
    if (network.chance(network.faults.rolledBack)) replica?.store.failNext();
    const answer = await replica?.lease('node', structuredClone(message)).catch(() => undefined);
    if (answer !== undefined) onAnswer(answer);
  }

  for (let at = 0; at < options.nodes; at += 1) startNode(at);

  return {
    time,
    ledger,
    nodes: () => nodes,
    departed: () => departed,
    async take(step) {
      await time.runUntil(time.nowMs() + step.pauseMs);
      const node = nodes[step.node % nodes.length];
      if (node === undefined) return;
      switch (step.tag) {
        case 'request':
          void node.request({ ...step, quotas: step.quotas.flatMap((index) => quotas[index] ?? []) });
          return;
        case 'cut':
          node.unlink();
          time.after(step.forMs, () => {
            if (node.isAlive()) node.link();
          });
          return;
        case 'crash':
        case 'stop':
          node[step.tag]();
          departed.push(node.holder);
          startNode(nodes.indexOf(node));
          return;
        default:
          step satisfies never;
      }
    },
    calm() {
      network.faults = NO_FAULTS;
      for (const node of nodes) if (!node.isLinked()) node.link();
    },
    runFor: (ms) => time.runUntil(time.nowMs() + ms),
  };
}
