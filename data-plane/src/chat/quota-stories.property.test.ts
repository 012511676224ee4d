import type { AttemptDetail, NodeQuota, QuotaUnit } from '@tollgate/schema';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createAuthority } from '../quota/authority-fixture.ts';
import type { Estimator } from '../quota/estimator.ts';
import { quotaOf } from '../quota/quota-book-fixture.ts';
import { createQuotaGate } from '../quota/quota-gate.ts';
import type { QuotaScopes } from '../quota/quota-scopes.ts';
import type { UnplacedRecord } from '../usage/spool.ts';
import { deployment, model } from './chat-calls.ts';
import { createChatBed } from './chat-fixture.ts';
import type { ChatRequest } from './chat-request.ts';
import { createScriptedUpstream, type ScriptedCall, type ScriptedEvent } from './scripted-upstream.ts';

const events = ['head', 'bytes', 'bytes', 'bytes', 'end', 'refuse', 'break', 'break'] as const;
const HEDGE_AFTER_MS = 100;
const TOTAL_MS = 10_000;
/** Longer than a request waits for the authority. */
const SILENCE_MS = 600;

type Authority = ReturnType<typeof createAuthority>;

/** What can happen next: to the n-th call that is under way, to the quotas, to the clock, or from outside. */
type Step =
  | { readonly call: number; readonly event: ScriptedEvent }
  | 'authority answers'
  | 'authority is silent'
  | 'tokens are counted'
  | 'hedge time'
  | 'total time'
  | 'client leaves'
  | 'shutdown';

type Story = {
  readonly quotas: readonly NodeQuota[];
  readonly steps: readonly Step[];
  readonly stream: boolean;
  /** What chooses among deployments. */
  readonly random: number;
};

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const ownerOf = ({ id }: NodeQuota): string => id.slice(0, id.indexOf('#'));

/** Of the key, of the provider that is called, and of the model. */
function scopesOf(quotas: readonly NodeQuota[]): QuotaScopes {
  const known = new Map<string, readonly NodeQuota[]>();
  return {
    of({ deployment: { providerName }, route }) {
      const owners = ['key:k', `provider:${providerName}`, `model:${route.name}`];
      const id = owners.join();
      const found = known.get(id) ?? quotas.filter((quota) => owners.includes(ownerOf(quota)));
      known.set(id, found);
      return found;
    },
    isOfProvider: (quota, name) => ownerOf(quota) === `provider:${name}`,
    reset() {},
  };
}

/** Expects less of each call than it takes, so that every stream outgrows what was reserved. */
const estimator: Estimator = {
  estimate: () => ({ input: 5, output: 1 }),
  inputOf: () => 5,
  hasSeen: () => false,
  learn() {},
};

/** Counts each request once, when the test says so. */
function createCounts() {
  const asked = new WeakSet<ChatRequest>();
  const waiting: (() => void)[] = [];
  return {
    counter: {
      count(chat: ChatRequest, _tokenizer: unknown, onTold: () => void) {
        if (asked.has(chat)) return onTold();
        asked.add(chat);
        waiting.push(onTold);
      },
      known: () => undefined,
    },
    tell() {
      for (const one of waiting.splice(0)) one();
    },
  };
}

const at = (provider: string, name: string, more: { order?: number; tokenizer?: 'o200k_base' } = {}) => ({
  ...deployment(name),
  provider,
  ...more,
});
const COUNTED = { tokenizer: 'o200k_base' } as const;
const MODELS = {
  m: model([at('p', 'a'), at('q', 'b', COUNTED), at('p', 'c', COUNTED), at('p', 'd', { order: 2 })], {
    fallbacks: ['f'],
    routing: { hedgeAfterMs: HEDGE_AFTER_MS, retries: 1, timeouts: { totalMs: TOTAL_MS }, midStream: 'continue' },
  }),
  f: model([at('q', 'e', COUNTED), at('p', 'g')], { routing: { retries: 1 } }),
};
const AT_Q: readonly string[] = ['b', 'e'];

/** Plays a story; then the authority and the providers answer whatever they are asked, until the client has its answer. */
async function play({ quotas, steps, stream, random }: Story): Promise<void> {
  const { upstream, calls } = createScriptedUpstream();
  const { counter, tell } = createCounts();
  const authority = createAuthority(quotas);
  const gate = createQuotaGate({ book: authority.book, scopes: scopesOf(quotas), estimator, counter, nowMs: () => 0 });
  const bed = createChatBed(MODELS, { upstream, random: () => random, gate });
  let leave = () => {};
  let isAnswered = false;
  const onOpen = (close: () => void) => {
    leave = close;
  };
  const asking = bed.ask('m', { stream, onOpen });
  void asking.finally(() => {
    isAnswered = true;
  });

  function wait(ms: number): void {
    vi.advanceTimersByTime(ms);
    authority.pass(ms);
  }

  const happen: Readonly<Record<Extract<Step, string>, () => void>> = {
    'authority answers': authority.reply,
    'authority is silent': () => wait(SILENCE_MS),
    'tokens are counted': tell,
    'hedge time': () => wait(HEDGE_AFTER_MS),
    'total time': () => wait(TOTAL_MS),
    'client leaves': () => leave(),
    shutdown: () => bed.chat.abortAll(),
  };

  // What was not used for so long as that is given back unasked.
  const isShort = !steps.includes('total time');
  for (const step of steps) {
    if (typeof step === 'object') calls.filter((call) => call.isLive())[step.call]?.play(step.event);
    else happen[step]();
    wait(1);
    if (isShort && bed.records.length === 0) checkUnderWay(quotas, authority, calls);
  }
  for (let turn = 0; turn < 100 && !isAnswered; turn += 1) {
    tell();
    authority.reply();
    wait(20);
    for (const call of calls) call.play('end');
    await Promise.resolve();
  }
  expect(isAnswered).toBe(true);
  const { records } = await asking;
  tell();
  for (let turn = 0; turn < 5; turn += 1) {
    authority.reply();
    wait(1_000);
  }
  expect(calls.filter((call) => call.isLive())).toEqual([]);
  expect(records).toHaveLength(calls.length > 0 ? 1 : 0);
  checkCharges(quotas, authority, calls, records[0]);
  authority.book.close();
}

/** Those that are under way have their places among the concurrent ones, and besides them none but a request that waits for its next attempt. */
function checkUnderWay(quotas: readonly NodeQuota[], authority: Authority, calls: readonly ScriptedCall[]): void {
  for (const quota of quotas) {
    const owner = ownerOf(quota);
    if (quota.unit !== 'concurrent' || owner.startsWith('model:')) continue;
    const isIts = ({ deployment: name }: ScriptedCall) =>
      owner === 'key:k' || owner === (AT_Q.includes(name) ? 'provider:q' : 'provider:p');
    const live = calls.filter((call) => call.isLive() && isIts(call)).length;
    const taken = authority.taken(quota.id);
    expect([quota.id, taken]).toEqual([quota.id, Math.max(live, Math.min(taken, 1))]);
  }
}

/** Each quota is charged once with what the attempts took that it counts, and nothing of it stays reserved. */
function checkCharges(
  quotas: readonly NodeQuota[],
  authority: Authority,
  calls: readonly ScriptedCall[],
  record: UnplacedRecord | undefined,
): void {
  const attempts = attemptsOf(record);
  expect(attempts).toHaveLength(calls.length);
  for (const quota of quotas) {
    const owner = ownerOf(quota);
    const its = attempts.filter(({ providerName, model: name }) =>
      ['key:k', `provider:${providerName}`, `model:${name}`].includes(owner),
    );
    const spent = spentBy(its)[quota.unit];
    const charges = (record?.charges ?? []).filter((charge) => charge.quota === quota.id);
    const charged = charges.reduce((sum, { amount }) => sum + amount, 0);
    expect({ quota: quota.id, charged, ...authority.told(quota.id) }).toEqual({
      quota: quota.id,
      charged: spent,
      spent,
      reserved: 0,
    });
  }
}

type Told = Pick<AttemptDetail, 'model' | 'providerName' | 'reason' | 'tokensInput' | 'tokensOutput'>;

/** A record of one attempt tells of it itself. */
function attemptsOf(record: UnplacedRecord | undefined): readonly Told[] {
  if (record === undefined) return [];
  const { attemptDetails, model: name, providerName, tokensInput = 0, tokensOutput = 0 } = record;
  return attemptDetails ?? [{ model: name, providerName, reason: 'first', tokensInput, tokensOutput }];
}

/** It is one request and its hedge another; but where a hedge was the first to come the request counts by that. */
function spentBy(attempts: readonly Told[]): Readonly<Record<QuotaUnit, number>> {
  const tokens = attempts.reduce((sum, { tokensInput, tokensOutput }) => sum + tokensInput + tokensOutput, 0);
  const hedges = attempts.filter(({ reason }) => reason === 'hedge').length;
  const isOwn = attempts[0] !== undefined && attempts[0].reason !== 'hedge';
  return { tokens, requests: hedges + (isOwn ? 1 : 0), concurrent: 0, nano_usd: 0 };
}

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 14, arbitrary: fc.record({ call: fc.nat(1), event: fc.constantFrom<ScriptedEvent>(...events) }) },
  { weight: 8, arbitrary: fc.constant('authority answers' as const) },
  { weight: 3, arbitrary: fc.constantFrom('hedge time' as const, 'tokens are counted' as const) },
  { weight: 1, arbitrary: fc.constantFrom('authority is silent' as const, 'total time' as const) },
  { weight: 1, arbitrary: fc.constantFrom('client leaves' as const, 'shutdown' as const) },
);

/** From what lets nothing through to what lets everything through, where it matters. */
const limits: Readonly<Record<Exclude<QuotaUnit, 'nano_usd'>, readonly number[]>> = {
  tokens: [6, 12, 25, 40, 50, 1_000],
  requests: [0, 1, 2, 1_000],
  concurrent: [0, 1, 2, 4],
};

const quota: fc.Arbitrary<NodeQuota> = fc
  .record({
    owner: fc.constantFrom('key:k', 'provider:p', 'provider:q', 'model:f'),
    unit: fc.constantFrom('tokens' as const, 'requests' as const, 'concurrent' as const),
    hardStop: fc.boolean(),
  })
  .chain(({ owner, unit, hardStop }) =>
    fc
      .constantFrom(...limits[unit])
      .map((limit) => quotaOf(`${owner}#${unit}/lifetime`, { unit, limit, ...(unit === 'tokens' && { hardStop }) })),
  );

const story: fc.Arbitrary<Story> = fc.record({
  quotas: fc.uniqueArray(quota, { selector: ({ id }) => id, minLength: 1, maxLength: 6, size: 'max' }),
  steps: fc.array(step, { minLength: 8, maxLength: 24, size: 'max' }),
  stream: fc.constantFrom(true, true, false),
  random: fc.constantFrom(0, 0.4, 0.5, 0.9),
});

test('whatever happens in which order, the client is answered, and each quota is charged once with the attempts that it counts', async () => {
  await fc.assert(fc.asyncProperty(story, play), { numRuns: 600 });
});
