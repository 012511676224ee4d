import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { AttemptUse, Pass } from '../quota/pass.ts';
import { FREE_PASS } from '../quota/pass-fixture.ts';
import { deployment, model } from './chat-calls.ts';
import { type Asked, createChatBed } from './chat-fixture.ts';
import { createScriptedUpstream, type ScriptedCall, type ScriptedEvent, scriptedEvents } from './scripted-upstream.ts';

/** What can happen next: to the n-th call, to the quotas, to the clock, or from outside. */
type Step =
  | { readonly call: number; readonly event: ScriptedEvent }
  | 'room'
  | 'hedge time'
  | 'total time'
  | 'client leaves'
  | 'shutdown';

const HEDGE_AFTER_MS = 100;
const TOTAL_MS = 10_000;

/** How quotas answer who asks for another reservation. */
type Room = 'at once' | 'later' | 'never';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

type Ran = {
  readonly asked: Asked;
  readonly calls: readonly ScriptedCall[];
  /** Of each settlement the attempts, if there were several. */
  readonly settled: readonly (readonly AttemptUse[] | undefined)[];
  readonly reserved: number;
  /** How often the quotas were told that one of two goes on. */
  readonly leftAlone: number;
  readonly hasLeft: boolean;
};

/** Plays a story to its end; who still waits then leaves. */
async function play(steps: readonly Step[], stream: boolean, room: Room = 'at once', watch = noWatch): Promise<Ran> {
  const { upstream, calls } = createScriptedUpstream();
  const settled: (readonly AttemptUse[] | undefined)[] = [];
  let reserved = 0;
  let leftAlone = 0;
  let later: (() => void)[] = [];
  const begin = (make: () => boolean) => {
    if (make()) reserved += 1;
  };
  const pass: Pass = {
    ...FREE_PASS,
    beside(_next, make) {
      const reserve = () => begin(() => make(FREE_PASS.coverage));
      if (room === 'at once') reserve();
      if (room === 'later') later.push(reserve);
    },
    again(_next, _before, make, onRefused) {
      const reserve = () => {
        if (settled.length === 0) make(FREE_PASS.coverage);
      };
      if (room === 'at once') reserve();
      if (room === 'later') later.push(reserve);
      if (room === 'never') onRefused({ code: 'rate_limit_exceeded', message: 'full' });
    },
    alone() {
      leftAlone += 1;
    },
    settle(_used, attempts) {
      settled.push(attempts);
      return [];
    },
  };
  const routing = { hedgeAfterMs: HEDGE_AFTER_MS, retries: 1, timeouts: { totalMs: TOTAL_MS } };
  const bed = createChatBed(
    { m: model([deployment('a'), deployment('b'), deployment('c', {}, 2)], { routing }) },
    { upstream, random: () => 0, pass },
  );
  let leave = () => {};
  let hasLeft = false;
  const onOpen = (close: () => void) => {
    leave = close;
  };
  const asking = bed.ask('m', { stream, onOpen });
  const goAway = () => {
    hasLeft ||= bed.records.length === 0;
    leave();
  };

  function act(step: Step): void {
    if (typeof step === 'object') return void calls[step.call]?.play(step.event);
    if (step === 'room') {
      const waiting = later;
      later = [];
      for (const reserve of waiting) reserve();
    }
    if (step === 'hedge time') vi.advanceTimersByTime(HEDGE_AFTER_MS);
    if (step === 'total time') vi.advanceTimersByTime(TOTAL_MS);
    if (step === 'client leaves') goAway();
    if (step === 'shutdown') bed.chat.abortAll();
  }

  for (const step of steps) {
    act(step);
    vi.advanceTimersByTime(1);
    watch(calls);
  }
  goAway();
  vi.advanceTimersByTime(TOTAL_MS);
  const asked = await asking;
  for (const { inFlight } of bed.states.all()) expect(inFlight).toBe(0);
  const outcomes = [...bed.states.all()].flatMap((state) => Object.values(state.outcomes));
  expect(outcomes.reduce((sum, count) => sum + count, 0)).toBe(calls.length);
  return { asked, calls, settled, reserved, leftAlone, hasLeft };
}

const noWatch = (_calls: readonly ScriptedCall[]): void => {};

/** No two calls go on once one of them answers, and never are there more than two. */
function atMostOneAnswers(calls: readonly ScriptedCall[]): void {
  const live = calls.filter((call) => call.isLive());
  expect(live.length).toBeLessThanOrEqual(live.some((call) => call.hasAnswered()) ? 1 : 2);
}

/** The deployments whose words the client has. */
const speakers = (text: string): string[] => [
  ...new Set([...text.matchAll(/([abc])\d /g)].map(([, name = '']) => name)),
];

function checkStory({ asked, calls, settled, reserved, hasLeft }: Ran, stream: boolean): void {
  const { records, text, status } = asked;
  const [record] = records;
  const details = record?.attemptDetails ?? [];
  const hedges = details.filter(({ reason }) => reason === 'hedge').length;
  expect(records).toHaveLength(1);
  expect(calls.filter((call) => call.isLive())).toEqual([]);
  expect(record?.attempts).toBe(calls.length);
  // One alone is told of if it failed and another was to follow.
  if (calls.length > 1 || details.length > 0)
    expect(details.map((detail) => detail.deployment)).toEqual(calls.map((call) => call.deployment));
  expect(hedges).toBe(reserved);
  expect(settled.map((attempts) => attempts?.length ?? 1)).toEqual([calls.length]);
  if (details.length > 0) {
    expect(record?.tokensInput ?? 0).toBe(details.reduce((sum, { tokensInput }) => sum + tokensInput, 0));
    expect(details.filter(({ cause }) => cause === 'cancelled').length).toBeLessThanOrEqual(hedges);
  }
  expect(speakers(text).length).toBeLessThanOrEqual(1);
  if (record?.cause !== 'completed') {
    if (!hasLeft) expect(text).toContain('"error"');
    return;
  }
  const words = [1, 2, 3].map((number) => `${record.deployment}${number} `);
  expect(status).toBe(200);
  expect(text.match(/[abc]\d /g)).toEqual(words);
  if (stream) expect(text.split('data: [DONE]')).toHaveLength(2);
  else expect(JSON.parse(text)).toMatchObject({ choices: [{ message: { content: words.join('') } }] });
}

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 12, arbitrary: fc.record({ call: fc.nat(3), event: fc.constantFrom(...scriptedEvents) }) },
  { weight: 4, arbitrary: fc.constant('hedge time' as const) },
  { weight: 2, arbitrary: fc.constant('room' as const) },
  { weight: 1, arbitrary: fc.constantFrom('total time' as const, 'client leaves' as const, 'shutdown' as const) },
);

test('whatever happens in which order, one answer is passed on whole, and every call is ended, recorded and paid for once', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { maxLength: 14 }),
      fc.boolean(),
      fc.constantFrom<Room>('at once', 'later', 'never'),
      async (steps, stream, room) => checkStory(await play(steps, stream, room, atMostOneAnswers), stream),
    ),
    { numRuns: 1_500 },
  );
});

const first = (event: ScriptedEvent): Step => ({ call: 0, event });
const second = (event: ScriptedEvent): Step => ({ call: 1, event });

/** How each attempt ended, in the order in which they began. */
const toldOf = ({ asked }: Ran) =>
  asked.records[0]?.attemptDetails?.map((detail) => `${detail.deployment} ${detail.reason} ${detail.cause}`);

describe.each([false, true])('of two that are under way (stream: %s)', (stream) => {
  test.each<[string, readonly Step[], string, readonly string[]]>([
    [
      'the first that answers is passed on, and the other is dropped',
      ['hedge time', first('head'), second('head'), first('bytes'), first('end')],
      'a',
      ['a first completed', 'b hedge cancelled'],
    ],
    [
      'the hedge is passed on if it answers first',
      ['hedge time', second('bytes'), first('bytes'), second('end')],
      'b',
      ['a first cancelled', 'b hedge completed'],
    ],
    [
      'the hedge goes on if the first fails',
      ['hedge time', first('refuse'), second('end')],
      'b',
      ['a first upstream_error', 'b hedge completed'],
    ],
    [
      'the first goes on if the hedge fails',
      ['hedge time', second('break'), first('end')],
      'a',
      ['a first completed', 'b hedge upstream_error'],
    ],
    [
      'the next order is called only once both failed, as the hedge counts as the retry',
      ['hedge time', second('break'), first('refuse'), { call: 2, event: 'end' }],
      'c',
      ['a first upstream_error', 'b hedge upstream_error', 'c next_order completed'],
    ],
  ])('%s', async (_, steps, answering, told) => {
    const ran = await play(steps, stream);
    checkStory(ran, stream);
    expect(ran.asked.headers).toMatchObject({
      'x-tollgate-deployment': answering,
      'x-tollgate-attempts': String(told.length),
    });
    expect(toldOf(ran)).toEqual(told);
    expect(ran.leftAlone).toBe(1);
  });

  test('both are paid for: the input of the one that was dropped is estimated', async () => {
    const [record] = (await play(['hedge time', second('end')], stream)).asked.records;
    expect(record?.usageSource).toBe('estimated');
    expect(record?.attemptDetails?.map(({ tokensInput }) => tokensInput)).toEqual([expect.any(Number), 10]);
    expect(record?.attemptDetails?.[0]?.tokensInput).toBeGreaterThan(0);
  });

  test.each<[Step, string, boolean]>([
    ['client leaves', 'client_gone', true],
    ['shutdown', 'shutdown', false],
    ['total time', 'upstream_timeout', false],
  ])('%s ends both', async (end, cause, isPaid) => {
    const { asked, calls } = await play(['hedge time', end], stream);
    expect(calls.map((call) => call.isCancelled())).toEqual([true, true]);
    const [record] = asked.records;
    expect(record?.cause).toBe(cause);
    expect(record?.attemptDetails?.map((detail) => detail.cause)).toEqual([cause, cause]);
    expect(record?.attemptDetails?.map(({ tokensInput }) => tokensInput > 0)).toEqual([isPaid, isPaid]);
  });
});

describe('no second attempt is made', () => {
  test.each<[string, readonly Step[], Room]>([
    ['before its time', [first('head')], 'at once'],
    ['once the first answers', [first('bytes'), 'hedge time'], 'at once'],
    ['without room in the quotas', ['hedge time'], 'never'],
    ['when room is found only after the first answered', ['hedge time', first('bytes'), 'room'], 'later'],
  ])('%s', async (_, steps, room) => {
    const { calls, reserved } = await play(steps, true, room);
    expect([calls.length, reserved]).toEqual([1, 0]);
  });

  test('when room is found only after the first failed', async () => {
    const { calls, reserved } = await play(['hedge time', first('break'), 'room'], true, 'later');
    expect(calls.map((call) => call.deployment)).toEqual(['a', 'b']);
    expect(reserved).toBe(0);
  });

  test.each([
    ['in another order', model([deployment('a'), deployment('b', {}, 2)])],
    ['of a model without the option', model([deployment('a'), deployment('b')])],
  ])('%s', async (_, { deployments }) => {
    const { upstream, calls } = createScriptedUpstream();
    const routing = deployments[1]?.order === 2 ? { hedgeAfterMs: HEDGE_AFTER_MS } : {};
    const bed = createChatBed({ m: model(deployments, { routing }) }, { upstream, random: () => 0 });
    const asked = bed.ask('m');
    vi.advanceTimersByTime(60_000);
    calls[0]?.play('end');
    vi.advanceTimersByTime(1);
    expect((await asked).records).toMatchObject([{ attempts: 1 }]);
    expect(calls).toHaveLength(1);
  });

  test('where the only other deployment is left alone', async () => {
    const { upstream, calls } = createScriptedUpstream();
    const m = model([deployment('a'), deployment('b')], { routing: { hedgeAfterMs: HEDGE_AFTER_MS } });
    const bed = createChatBed({ m }, { upstream, random: () => 0 });
    const warm = bed.ask('m');
    calls[0]?.play('end');
    vi.advanceTimersByTime(1);
    await warm;
    for (const { deployment: name, health } of bed.states.all())
      if (name === 'b') health.openUntilMs = performance.now() + 3_600_000;
    const asked = bed.ask('m');
    vi.advanceTimersByTime(60_000);
    calls[1]?.play('end');
    vi.advanceTimersByTime(1);
    expect((await asked).records).toMatchObject([{ attempts: 1, deployment: 'a' }]);
  });
});
