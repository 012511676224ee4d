import type { Coverage } from './coverage.ts';
import type { Pass } from './pass.ts';

const FREE: Coverage = { quotas: [], model: '', rates: undefined, pieces: Number.POSITIVE_INFINITY };

/** Of a request that no quota counts. */
export const FREE_PASS: Pass = Object.freeze({
  headers: () => [],
  coverage: FREE,
  progressed() {},
  again: (_next, _before, begin) => begin(FREE),
  beside: (_next, begin) => void begin(FREE),
  alone() {},
  settle: () => [],
} satisfies Pass);
