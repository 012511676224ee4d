/** A clock that stands still until a test moves it. */
export function createTestClock(startMs = Date.UTC(2027, 0, 1)) {
  let nowMs = startMs;
  return {
    now: () => new Date(nowMs),
    pass: (ms: number) => {
      nowMs += ms;
    },
  };
}
