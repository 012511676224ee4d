import { z } from 'zod';

const port = z.coerce.number().int().min(0).max(65_535);
const bytes = z.coerce.number().int().min(1_024);
const durationMs = z.coerce.number().int().min(0);

/** The environment of a node's process. */
export const environmentSchema = z.object({
  TOLLGATE_SEAL_KEY: z.string({ error: 'is required: the 32 bytes in base64 that the control plane was started with' }),
  TOLLGATE_CONTROL_URL: z.url().default('http://127.0.0.1:4100'),
  TOLLGATE_ANALYTICS_URL: z.url().default('http://127.0.0.1:4200'),
  TOLLGATE_DATA_DIR: z.string().min(1).default('.tollgate'),
  TOLLGATE_GATEWAY_HOST: z.string().min(1).default('127.0.0.1'),
  TOLLGATE_GATEWAY_PORT: port.default(4000),
  /** If set, usage goes to Kafka; else straight to the ingester. */
  KAFKA_BROKERS: z
    .string()
    .transform((text) =>
      text
        .split(',')
        .map((broker) => broker.trim())
        .filter(Boolean),
    )
    .default([]),
  TOLLGATE_BODY_BYTES_MAX: bytes.default(16 * 1_048_576),
  TOLLGATE_BODY_BYTES_TOTAL_MAX: bytes.default(256 * 1_048_576),
  TOLLGATE_IN_FLIGHT_MAX: z.coerce.number().int().min(1).default(4_096),
  TOLLGATE_SPOOL_BYTES_MAX: bytes.default(4 * 1_024 * 1_048_576),
  TOLLGATE_SEAL_AFTER_MS: durationMs.default(500),
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
