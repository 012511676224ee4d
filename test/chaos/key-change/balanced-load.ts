import { setTimeout as sleep } from 'node:timers/promises';

/** One request that did not get its answer. */
export type Failure = { readonly gatewayUrl: string; readonly model: string; readonly what: string };

/** Clients behind a load balancer: they ask the nodes in rotation in turn, each model in turn, until it is stopped. */
export type BalancedLoad = {
  /** From now on this model is asked for too. */
  add(model: string): void;
  /** Takes a node out of rotation and waits until it has answered what it was sent. */
  takeOut(gatewayUrl: string): Promise<void>;
  putBack(gatewayUrl: string): void;
  answered(): number;
  readonly failures: readonly Failure[];
  stop(): Promise<void>;
};

const CLIENTS = 4;
const PAUSE_MS = 25;

export function startBalancedLoad(options: {
  readonly gatewayUrls: readonly string[];
  readonly secret: string;
  readonly expected: string;
}): BalancedLoad {
  const { secret, expected } = options;
  const inRotation = [...options.gatewayUrls];
  const open = new Map<string, number>();
  const models: string[] = [];
  const failures: Failure[] = [];
  let [count, answers, isStopping] = [0, 0, false];

  async function ask(gatewayUrl: string, model: string): Promise<void> {
    const body = JSON.stringify({ model, messages: [{ role: 'user', content: 'x' }] });
    const headers = { authorization: `Bearer ${secret}`, 'content-type': 'application/json' };
    try {
      const response = await fetch(`${gatewayUrl}/v1/chat/completions`, { method: 'POST', headers, body });
      const text = await response.text();
      if (response.status === 200 && text.includes(expected)) answers += 1;
      else failures.push({ gatewayUrl, model, what: `${response.status} ${text.slice(0, 300)}` });
    } catch (error) {
      failures.push({ gatewayUrl, model, what: String(error) });
    }
  }

  async function runClient(): Promise<void> {
    while (!isStopping) {
      count += 1;
      const gatewayUrl = inRotation[count % inRotation.length];
      const model = models[Math.floor(count / 2) % models.length];
      if (gatewayUrl !== undefined && model !== undefined) {
        open.set(gatewayUrl, (open.get(gatewayUrl) ?? 0) + 1);
        await ask(gatewayUrl, model);
        open.set(gatewayUrl, (open.get(gatewayUrl) ?? 0) - 1);
      }
      await sleep(PAUSE_MS);
    }
  }

  const clients = Array.from({ length: CLIENTS }, runClient);
  return {
    add: (model) => void models.push(model),
    async takeOut(gatewayUrl) {
      inRotation.splice(inRotation.indexOf(gatewayUrl), 1);
      while ((open.get(gatewayUrl) ?? 0) > 0) await sleep(PAUSE_MS);
    },
    putBack: (gatewayUrl) => void inRotation.push(gatewayUrl),
    answered: () => answers,
    failures,
    async stop() {
      isStopping = true;
      await Promise.all(clients);
    },
  };
}
