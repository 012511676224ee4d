import { expect, test } from 'vitest';
import { newSealKey } from '../config/config-fixture.ts';
import { parseEnvironment } from '../environment.ts';
import { shareOfWorker } from './share-of-worker.ts';

const env = (more: NodeJS.ProcessEnv) => parseEnvironment({ TOLLGATE_SEAL_KEY: newSealKey(), ...more });

test('what bounds the node is divided over its workers, what bounds one request is not', () => {
  expect(shareOfWorker(env({ TOLLGATE_IN_FLIGHT_MAX: '10' }), 4)).toMatchObject({
    TOLLGATE_IN_FLIGHT_MAX: 2,
    TOLLGATE_BODY_BYTES_MAX: 16 * 1_048_576,
    TOLLGATE_BODY_BYTES_TOTAL_MAX: 64 * 1_048_576,
    TOLLGATE_SPOOL_BYTES_MAX: 1_024 * 1_048_576,
  });
});

test('each worker takes at least one request, and one body of the largest size', () => {
  const tight = env({
    TOLLGATE_IN_FLIGHT_MAX: '2',
    TOLLGATE_BODY_BYTES_MAX: '4096',
    TOLLGATE_BODY_BYTES_TOTAL_MAX: '8192',
  });
  expect(shareOfWorker(tight, 4)).toMatchObject({ TOLLGATE_IN_FLIGHT_MAX: 1, TOLLGATE_BODY_BYTES_TOTAL_MAX: 4_096 });
});
