import { createKeyring, sealKeyVariables } from '@tollgate/schema';
import { z } from 'zod';
import { parseClickHouseUrl } from './clickhouse/connection.ts';
import type { AnalyticsConfig } from './create-analytics.ts';

const environment = z.object({
  CLICKHOUSE_URL: z.string({ error: 'is required, such as http://user:password@127.0.0.1:8123/tollgate' }),
  CLICKHOUSE_DATABASE: z.string().min(1).default('tollgate'),
  /** If set, the consumer runs beside the HTTP path. */
  KAFKA_BROKERS: z
    .string()
    .default('')
    .transform((text) =>
      text
        .split(',')
        .map((broker) => broker.trim())
        .filter((broker) => broker !== ''),
    ),
  ...sealKeyVariables,
  TOLLGATE_ANALYTICS_HOST: z.string().min(1).default('127.0.0.1'),
  TOLLGATE_ANALYTICS_PORT: z.coerce.number().int().min(0).max(65_535).default(4_200),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
});

export type AnalyticsEnvironment = { readonly config: AnalyticsConfig; readonly logLevel: string };

/** @throws Error that names each wrong variable and what would be right, without any value. */
export function readEnvironment(env: NodeJS.ProcessEnv): AnalyticsEnvironment {
  const parsed = environment.safeParse(env);
  if (!parsed.success) {
    const problems = parsed.error.issues.map(({ path, message }) => `  ${path.join('.')}: ${message}`);
    throw new Error(`the environment is not right:\n${problems.join('\n')}`);
  }
  const { data } = parsed;
  const { internalTokens, accepted } = createKeyring(data.TOLLGATE_SEAL_KEY, data.TOLLGATE_SEAL_KEY_PREVIOUS);
  return {
    config: {
      clickHouse: parseClickHouseUrl(data.CLICKHOUSE_URL, data.CLICKHOUSE_DATABASE),
      kafkaBrokers: data.KAFKA_BROKERS,
      internalTokens,
      sealingKeys: accepted.map(({ keyId }) => keyId),
      host: data.TOLLGATE_ANALYTICS_HOST,
      port: data.TOLLGATE_ANALYTICS_PORT,
    },
    logLevel: data.LOG_LEVEL,
  };
}
