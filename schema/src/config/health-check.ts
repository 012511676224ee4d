import { z } from 'zod';
import { parseDurationMs } from '../duration.ts';
import { duration } from './fields.ts';
import { named } from './marks.ts';

const INTERVAL_MS_MIN = 1_000;
const INTERVAL_MS_DEFAULT = 30_000;
const TIMEOUT_MS_DEFAULT = 5_000;

export const healthCheck = named(
  'ProviderHealthCheck',
  'A call by which nodes find out whether a provider is up.',
  z
    .strictObject({
      path: z
        .string()
        .max(1_000)
        .regex(/^\/(?!\/)[A-Za-z0-9._~/:?=&%+,-]*$/, 'a path such as /health or /v1/models')
        .describe(
          'What is asked for at the host of the provider, with its credential, such as `/health`. Any answer below 500 will do.',
        ),
      interval: duration.optional().describe('How often each process of a node asks; `30s` if left out.'),
      timeout: duration.optional().describe('The longest wait for the answer; `5s`, or `interval`, if left out.'),
    })
    .superRefine((declared, context) => {
      const { intervalMs, timeoutMs } = effectiveHealthCheck(declared);
      const refuse = (field: string, message: string) => context.addIssue({ code: 'custom', path: [field], message });
      if (intervalMs < INTERVAL_MS_MIN) refuse('interval', 'should be at least 1s');
      if (timeoutMs > intervalMs) refuse('timeout', 'should be at most the interval');
    }),
);

/** A health check with the defaults of what it leaves out. */
export function effectiveHealthCheck({ path, interval, timeout }: HealthCheck) {
  const intervalMs = parseDurationMs(interval ?? '') ?? INTERVAL_MS_DEFAULT;
  return { path, intervalMs, timeoutMs: parseDurationMs(timeout ?? '') ?? Math.min(TIMEOUT_MS_DEFAULT, intervalMs) };
}

type HealthCheck = {
  readonly path: string;
  readonly interval?: string | undefined;
  readonly timeout?: string | undefined;
};
