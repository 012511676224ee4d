import { createRequestIds, type ModelConfig } from '@tollgate/schema';
import { createPriceBook } from '@tollgate/schema/price-book';
import { compileGrant } from '../admission/key-grant.ts';
import { createConfigIndex, type KeyEntry } from '../config/config-index.ts';
import { dialectFor } from '../dialects/index.ts';
import { createBodyBudget } from '../http/body-budget.ts';
import type { ClientResponse, HeaderList } from '../http/client-response.ts';
import { createEstimator, type Estimator } from '../quota/estimator.ts';
import type { Pass } from '../quota/pass.ts';
import { FREE_PASS } from '../quota/pass-fixture.ts';
import type { QuotaGate } from '../quota/quota-gate.ts';
import { createDeploymentStates } from '../routing/deployment-state.ts';
import { createRouter } from '../routing/router.ts';
import { NO_COUNTS } from '../tokens/counts-fixture.ts';
import type { TokenCounter } from '../tokens/token-counter.ts';
import { createMockUpstream } from '../upstream/mock-upstream.ts';
import type { Upstream } from '../upstream/upstream.ts';
import { createPrices } from '../usage/prices.ts';
import type { UnplacedRecord } from '../usage/spool.ts';
import { createChatCompletions } from './chat-completions.ts';
import { nowUs } from './exchange.ts';
import type { DialectOf } from './target.ts';

/** What a client got of one request, and the records that it left. */
export type Asked = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  readonly records: readonly UnplacedRecord[];
};

export type AskOptions = {
  readonly stream?: boolean;
  readonly key?: KeyEntry['config'];
  readonly messages?: readonly object[];
  /** What the header says for whom is asked. */
  readonly customer?: string;
  /** Called as soon as the client's connection is open, with what closes it. */
  readonly onOpen?: (leave: () => void) => void;
};

export type BedOptions = {
  readonly upstream?: Upstream;
  readonly random?: () => number;
  readonly dialectOf?: DialectOf;
  /** What each request has of quotas; nothing here has one if it is left out. */
  readonly pass?: Pass;
  readonly gate?: QuotaGate;
  /** Whether there is room for copies for other models. */
  readonly hasRoom?: (mirrorsInFlight: number) => boolean;
  readonly estimator?: Pick<Estimator, 'inputOf'>;
  readonly counter?: Pick<TokenCounter, 'count' | 'known'>;
};

const HELLO = [{ role: 'user', content: 'Hello' }];

/** A gateway without edge and network: real routes, plans, dialects and mock provider, with records kept in memory. */
export function createChatBed(
  models: Readonly<Record<string, ModelConfig>>,
  {
    upstream = createMockUpstream(),
    random = Math.random,
    dialectOf = ({ row }) => dialectFor(row.dialect),
    pass = FREE_PASS,
    hasRoom = () => true,
    estimator = createEstimator(),
    counter = NO_COUNTS,
    gate = { enter: (_request, onPass) => onPass(pass), isNearlySpent: () => false, expectedCost: () => 0 },
  }: BedOptions = {},
) {
  const index = createConfigIndex();
  for (const id of ['p', 'q']) index.put({ kind: 'provider', id, value: { type: 'mock' } });
  const put = (changed: Readonly<Record<string, ModelConfig>>): void => {
    for (const [id, value] of Object.entries(changed)) index.put({ kind: 'model', id, value });
  };
  put(models);
  const records: UnplacedRecord[] = [];
  const failures: unknown[] = [];
  /** Copies that were not sent, and why. */
  const skipped: string[] = [];
  const states = createDeploymentStates();
  const prices = createPrices(() => index, createPriceBook());
  const router = createRouter(
    () => index,
    () => undefined,
    { states, prices },
  );
  const chat = createChatCompletions({
    config: { revision: () => 1, index: () => index },
    router,
    dialectOf,
    spool: {
      append(record, onWritten) {
        records.push(record);
        setImmediate(onWritten);
      },
      recorded: () => records.length,
      close() {},
    },
    prices,
    gate,
    estimator,
    counter,
    upstream,
    random,
    hasRoom,
    bodyBudget: createBodyBudget(1_000_000),
    onMirrorSkipped: (mirror, why) => void skipped.push(`${mirror} ${why}`),
    requestIds: createRequestIds(),
    onRefused: () => {},
    onFailure: (error) => void failures.push(error),
    onSettled: () => {},
  });

  function ask(model: string, options: AskOptions = {}): Promise<Asked> {
    const { stream = false, key = { secretHash: '' }, messages = HELLO, customer = '', onOpen } = options;
    const before = records.length;
    const entry: KeyEntry = { name: 'k', config: key };
    const caller = { key: entry, grant: compileGrant(index, entry) };
    const body = Buffer.from(JSON.stringify({ model, stream, messages }));
    return new Promise((resolve, reject) => {
      const client = createMemoryClient();
      onOpen?.(client.leave);
      const over = () => {
        if (failures.length > 0) return reject(failures[0]);
        resolve({ ...client.received(), records: records.slice(before) });
      };
      chat.handle(caller, body, nowUs(), client.response, over, undefined, customer);
    });
  }

  return {
    ask,
    records,
    skipped,
    states,
    chat,
    /** Changes models, as a new revision does. */
    put(changed: Readonly<Record<string, ModelConfig>>) {
      put(changed);
      router.reset();
    },
  };
}

/** A client's side of one answer, in memory. */
function createMemoryClient() {
  let status = 0;
  let headers: Record<string, string> = {};
  let text = '';
  let isGone = false;
  let onGone: (() => void) | undefined;

  function head(code: number, list: HeaderList): void {
    status = code;
    headers = {};
    for (let i = 0; i + 1 < list.length; i += 2) headers[list[i] ?? ''] = list[i + 1] ?? '';
  }

  const response: ClientResponse = {
    isGone: () => isGone,
    onGone(listener) {
      onGone = listener;
    },
    send(code, list, body) {
      head(code, list);
      text = body.toString();
    },
    startStream: head,
    write(chunk) {
      text += chunk.toString();
      return true;
    },
    onDrain() {},
    end() {},
  };
  return {
    response,
    received: () => ({ status, headers, text }),
    leave() {
      isGone = true;
      onGone?.();
    },
  };
}
