import { sealKeyVariables } from '@tollgate/schema';
import { z } from 'zod';
import { oidcVariables } from './access/oidc/oidc-variables.ts';

const port = z.coerce.number().int().min(0).max(65_535);

/** What the process reads from its environment; all of it is named here. */
const environment = z.object({
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/, error: 'a URL such as postgres://user:password@host:5432/name' }),
  ...sealKeyVariables,
  TOLLGATE_ADMIN_TOKEN: z.string().min(16, 'at least 16 characters').optional(),
  TOLLGATE_CONTROL_HOST: z.string().min(1).default('127.0.0.1'),
  TOLLGATE_CONTROL_PORT: port.default(4100),
  TOLLGATE_ANALYTICS_URL: z.url({ protocol: /^https?$/ }).default('http://127.0.0.1:4200'),
  TOLLGATE_PUBLIC_URL: z
    .url({ protocol: /^https?$/, error: 'where browsers reach this, such as https://tollgate.example' })
    .optional(),
  TOLLGATE_TRUSTED_PROXIES: z.string().min(1).optional(),
  ...oidcVariables,
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
});
export type Environment = z.infer<typeof environment>;

/** @throws Error that names each wrong variable, and no value */
export function parseEnvironment(variables: NodeJS.ProcessEnv): Environment {
  // A variable that is set to nothing, as in a compose file, is not set.
  const given = Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== ''));
  const { data, error } = environment.safeParse(given);
  if (data) return data;
  throw new Error(error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('\n'));
}
