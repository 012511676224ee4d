import { afterEach, describe, expect, test, vi } from 'vitest';
import type { Pass } from '../quota/pass.ts';
import { FREE_PASS } from '../quota/pass-fixture.ts';
import { deployment, model, spiedUpstream, status } from './chat-calls.ts';
import { createChatBed } from './chat-fixture.ts';
import { createScriptedUpstream } from './scripted-upstream.ts';

afterEach(() => void vi.useRealTimers());

describe('a retry for which quotas have no room', () => {
  type Again = Parameters<Pass['again']>;

  /** Quotas that have room for attempts at all deployments but some. */
  const refusing = (...names: readonly string[]): Pass => ({
    ...FREE_PASS,
    again({ deployment: { name } }: Again[0] & { deployment: { name?: string } }, _before, begin, onRefused) {
      if (names.includes(name ?? '')) onRefused({ code: 'budget_exceeded', message: 'spent' });
      else begin(FREE_PASS.coverage);
    },
  });
  const models = {
    m: model([deployment('a', status(503)), deployment('b'), deployment('c')], {
      fallbacks: ['f'],
      routing: { retries: 1 },
    }),
    f: model([deployment('d')]),
  };
  const ask = (...full: readonly string[]) =>
    createChatBed(models, { random: () => 0, pass: refusing(...full) }).ask('m');

  test('goes elsewhere, and that counts as no attempt', async () => {
    const { records } = await ask('b');
    expect(records).toMatchObject([{ deployment: 'c', attempts: 2, cause: 'completed' }]);
    expect(records[0]?.choices?.at(-1)).toMatchObject({
      attempt: 2,
      passedOver: [
        { deployment: 'a', reason: 'called' },
        { deployment: 'b', reason: 'no_room' },
      ],
    });
  });

  test('goes on to the fallbacks once no deployment has room', async () => {
    const { records } = await ask('a', 'b', 'c');
    expect(records).toMatchObject([{ deployment: 'd', attempts: 2, attemptDetails: [{}, { reason: 'fallback' }] }]);
  });

  test('waits for its backoff where it went before, as it would have without', async () => {
    vi.useFakeTimers();
    const { upstream, calls } = createScriptedUpstream();
    const two = {
      m: model([deployment('a'), deployment('b')], { routing: { retries: 1, backoff: { initialMs: 1_000 } } }),
    };
    const bed = createChatBed(two, { upstream, random: () => 0, pass: refusing('b') });
    const asking = bed.ask('m');
    calls[0]?.play('refuse');
    expect(calls).toHaveLength(1);
    // Half of it, as nothing is added at random.
    vi.advanceTimersByTime(499);
    expect(calls).toHaveLength(1);
    vi.advanceTimersByTime(1);
    calls[1]?.play('end');
    vi.advanceTimersByTime(1);
    expect((await asking).records).toMatchObject([{ deployment: 'a', attempts: 2, cause: 'completed' }]);
  });

  test('is a fallback also in a lower order of it', async () => {
    const lower = { ...models, f: model([deployment('d'), deployment('e', {}, 2)]) };
    const bed = createChatBed(lower, { random: () => 0, pass: refusing('a', 'b', 'c', 'd') });
    expect((await bed.ask('m')).records).toMatchObject([
      { attemptDetails: [{}, { deployment: 'e', reason: 'fallback' }] },
    ]);
  });

  test('leaves the client with the failure that it was for, if nothing has room', async () => {
    const { status: code, records } = await ask('a', 'b', 'c', 'd');
    expect(code).toBe(503);
    expect(records).toMatchObject([{ deployment: 'a', attempts: 1, cause: 'upstream_error', status: 503 }]);
  });

  test('is told what the request took so far, and what it asks for', async () => {
    const told: Again[] = [];
    const again = (...args: Again) => {
      told.push(args);
      args[2](FREE_PASS.coverage);
    };
    await createChatBed(models, { random: () => 0, pass: { ...FREE_PASS, again } }).ask('m');
    expect(told.map(([next, before]) => [next, before])).toMatchObject([
      [{ model: 'm', piecesBefore: 0 }, [{ metered: { costNanoUsd: 0 } }]],
    ]);
  });

  test('ends nothing and begins nothing once the client has left', async () => {
    const { upstream, calls } = spiedUpstream();
    let refuse = () => {};
    let leave = () => {};
    const again = (...[, , , onRefused]: Again) => {
      refuse = () => onRefused({ code: 'budget_exceeded', message: 'spent' });
      leave();
    };
    const onOpen = (close: () => void) => {
      leave = close;
    };
    const bed = createChatBed(models, { upstream, random: () => 0, pass: { ...FREE_PASS, again } });
    const { records } = await bed.ask('m', { onOpen });
    refuse();
    expect(records).toMatchObject([{ cause: 'client_gone', attempts: 1 }]);
    expect(bed.records).toHaveLength(1);
    expect(calls).toEqual(['a']);
  });
});
