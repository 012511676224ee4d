import type { CooldownPolicy } from '@tollgate/schema';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type AttemptOutcome, beginAttempt, createHealth, endAttempt, isAvailable } from './health.ts';

const POLICY: CooldownPolicy = { isOn: true, failureShare: 0.5, attemptsMin: 4, timeMs: 1_000, timeMsMax: 5_000 };

function given(policy = POLICY) {
  const health = createHealth();
  const end = (outcome: AttemptOutcome, nowMs: number, { isProbe = false, beganMs = nowMs, retryAfterMs = 0 } = {}) =>
    endAttempt(health, policy, { outcome, beganMs, isProbe, retryAfterMs }, nowMs);
  return { health, end, isAvailable: (nowMs: number) => isAvailable(health, nowMs) };
}

/** Opens the circuit at 0 ms for the time of the policy. */
function opened() {
  const bed = given();
  for (let count = 0; count < POLICY.attemptsMin; count += 1) bed.end('failed', 0);
  return bed;
}

describe('a closed circuit', () => {
  test('opens once the share of failures is reached, but not for fewer attempts than count', () => {
    const { end, isAvailable: available } = given();
    expect([end('failed', 0), end('failed', 0), end('failed', 0)]).toEqual([false, false, false]);
    expect(available(0)).toBe(true);
    expect(end('failed', 0)).toBe(true);
    expect(available(999)).toBe(false);
  });

  test('stays closed while more than the other share succeeds', () => {
    const { end, isAvailable: available } = given();
    for (let count = 0; count < 100; count += 1) end(count % 5 === 0 ? 'failed' : 'ok', count);
    expect(available(100)).toBe(true);
  });

  test('forgets what is older than a minute', () => {
    const { end } = given();
    for (let count = 0; count < 3; count += 1) end('failed', 0);
    expect(end('failed', 61_000)).toBe(false);
  });

  test('opens at once when the provider is asked too often, for as long as it says', () => {
    const { end, isAvailable: available } = given();
    expect(end('rate_limited', 0, { retryAfterMs: 20_000 })).toBe(true);
    expect([available(19_999), available(20_000)]).toEqual([false, true]);
  });

  test('opens at once for the time of the policy if it does not say, or takes no credential', () => {
    for (const outcome of ['rate_limited', 'misconfigured'] as const) {
      const { end, isAvailable: available } = given();
      expect(end(outcome, 0)).toBe(true);
      expect([available(999), available(1_000)]).toEqual([false, true]);
    }
  });

  test('an attempt that was given up tells nothing', () => {
    const { end, isAvailable: available } = given();
    for (let count = 0; count < 100; count += 1) end('abandoned', 0);
    end('failed', 0);
    expect(available(0)).toBe(true);
  });

  test('never opens if the policy is off', () => {
    const { end, isAvailable: available } = given({ ...POLICY, isOn: false });
    for (let count = 0; count < 100; count += 1) end('rate_limited', 0, { retryAfterMs: 9_000 });
    expect(available(0)).toBe(true);
  });
});

describe('an open circuit', () => {
  test('stays so when an attempt succeeds that began before its provider asked to be left alone', () => {
    const { end, isAvailable: available } = given();
    end('rate_limited', 100, { retryAfterMs: 20_000 });
    end('ok', 150, { beganMs: 50 });
    expect([available(150), available(20_099), available(20_100)]).toEqual([false, false, true]);
  });

  test('stays so when one succeeds that began before its provider asked for longer', () => {
    const { end, isAvailable: available } = given();
    end('rate_limited', 100, { retryAfterMs: 1_000 });
    end('rate_limited', 200, { retryAfterMs: 20_000 });
    end('ok', 250, { beganMs: 150 });
    expect(available(1_100)).toBe(false);
  });

  test('closes when one succeeds that began before too many others failed, for they fail sooner than others succeed', () => {
    const { end, isAvailable: available } = opened();
    end('ok', 50, { beganMs: -50 });
    expect(available(50)).toBe(true);
  });

  test('closes when one succeeds that was made while it was open, for lack of another', () => {
    const { end, isAvailable: available } = given();
    end('rate_limited', 100, { retryAfterMs: 20_000 });
    end('ok', 150, { beganMs: 120 });
    expect(available(150)).toBe(true);
  });
});

describe('an open circuit whose time has come', () => {
  test('lets one attempt find out, and no other meanwhile', () => {
    const { health, isAvailable: available } = opened();
    expect(beginAttempt(health, 500)).toBe(false);
    expect(beginAttempt(health, 1_000)).toBe(true);
    expect(available(1_000)).toBe(false);
    expect(beginAttempt(health, 1_000)).toBe(false);
  });

  test('closes when that succeeds, with its past forgotten', () => {
    const { health, end, isAvailable: available } = opened();
    end('ok', 1_100, { isProbe: beginAttempt(health, 1_000) });
    expect(available(1_100)).toBe(true);
    expect(end('failed', 1_200)).toBe(false);
  });

  test('opens for twice the time when that fails, up to the longest', () => {
    const { health, end } = opened();
    const times: number[] = [];
    for (let count = 0; count < 4; count += 1) {
      const nowMs = health.openUntilMs;
      end('failed', nowMs, { isProbe: beginAttempt(health, nowMs) });
      times.push(health.openUntilMs - nowMs);
    }
    expect(times).toEqual([2_000, 4_000, 5_000, 5_000]);
  });

  test('lets another find out when the first was given up', () => {
    const { health, end, isAvailable: available } = opened();
    end('abandoned', 1_100, { isProbe: beginAttempt(health, 1_000) });
    expect(available(1_100)).toBe(true);
  });
});

test('whatever happens, a circuit is available again once its time has come and nobody finds out', () => {
  const step = fc.record({
    outcome: fc.constantFrom<AttemptOutcome>('ok', 'failed', 'rate_limited', 'misconfigured', 'abandoned'),
    afterMs: fc.nat(30_000),
    retryAfterMs: fc.nat(100_000),
  });
  fc.assert(
    fc.property(fc.array(step), (steps) => {
      const { health, end } = given();
      let nowMs = 0;
      for (const { outcome, afterMs, retryAfterMs } of steps) {
        const beganMs = nowMs;
        const isProbe = beginAttempt(health, beganMs);
        nowMs += afterMs;
        end(outcome, nowMs, { isProbe, beganMs, retryAfterMs });
      }
      return isAvailable(health, Math.max(nowMs, health.openUntilMs));
    }),
  );
});
