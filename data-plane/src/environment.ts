import { availableParallelism } from 'node:os';
import { isIpRange, sealKeyVariables } from '@tollgate/schema';
import { z } from 'zod';

const port = z.coerce.number().int().min(0).max(65_535);
const bytes = z.coerce.number().int().min(1_024);
const durationMs = z.coerce.number().int().min(0);

const WORKERS_MAX = 256;

const listed = (text: string): string[] =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean);

/** The environment of a node's process. */
export const environmentSchema = z.object({
  ...sealKeyVariables,
  /** One, or several with commas between them: replicas of the control plane, tried in turn. */
  TOLLGATE_CONTROL_URL: z.string().default('http://127.0.0.1:4100').transform(listed).pipe(z.array(z.url()).min(1)),
  TOLLGATE_ANALYTICS_URL: z.url().default('http://127.0.0.1:4200'),
  TOLLGATE_DATA_DIR: z.string().min(1).default('.tollgate'),
  TOLLGATE_GATEWAY_HOST: z.string().min(1).default('127.0.0.1'),
  TOLLGATE_GATEWAY_PORT: port.default(4000),
  /** Addresses and ranges of the proxies whose `X-Forwarded-For` is believed, with commas between them. */
  TOLLGATE_TRUSTED_PROXIES: z
    .string()
    .default('')
    .transform(listed)
    .pipe(
      z.array(z.string().refine(isIpRange, 'IP addresses and ranges such as 10.0.0.0/8, with commas between them')),
    ),
  /** If set, usage goes to Kafka; else straight to the ingester. */
  KAFKA_BROKERS: z.string().transform(listed).default([]),
  TOLLGATE_BODY_BYTES_MAX: bytes.default(16 * 1_048_576),
  TOLLGATE_BODY_BYTES_TOTAL_MAX: bytes.default(256 * 1_048_576),
  TOLLGATE_IN_FLIGHT_MAX: z.coerce.number().int().min(1).default(4_096),
  TOLLGATE_SPOOL_BYTES_MAX: bytes.default(4 * 1_024 * 1_048_576),
  TOLLGATE_SEAL_AFTER_MS: durationMs.default(500),
  /** Processes that serve; `auto` is one for each core. */
  TOLLGATE_WORKERS: z
    .literal('auto')
    .transform(() => availableParallelism())
    .or(z.coerce.number().int().min(1).max(WORKERS_MAX))
    .default(1),
  TOLLGATE_DRAIN_MS: durationMs.default(30_000),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
});

export type Environment = z.infer<typeof environmentSchema>;

/** @throws Error that names each wrong variable and what would be right. */
export function parseEnvironment(env: NodeJS.ProcessEnv): Environment {
  const parsed = environmentSchema.safeParse(env);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path, message }) => `  ${path.join('.')}: ${message}`);
  throw new Error(`the environment is not right:\n${problems.join('\n')}`);
}
