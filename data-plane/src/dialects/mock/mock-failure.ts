import type { MockBehaviour } from '@tollgate/schema';

export type MockFailure = NonNullable<MockBehaviour['failures']>[number];

/** Makes up for products such as 0.29 × 100 that fall just short of the whole number. */
const TOLERANCE = 1e-9;

/**
 * The failure that the n-th request (from 1) of a deployment meets: the first in the list for which `floor(n × rate)` grows
 * with it. So a rate of 0.1 fails the 10th, 20th, … and a rate of 1 fails each. With a burst, so many requests count as one.
 */
export function mockFailure({ failures = [] }: MockBehaviour, n: number): MockFailure | undefined {
  return failures.find(({ rate, burst = 1 }) => {
    const turn = Math.ceil(n / burst);
    return Math.floor(turn * rate + TOLERANCE) > Math.floor((turn - 1) * rate + TOLERANCE);
  });
}
