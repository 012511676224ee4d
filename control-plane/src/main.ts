import { pino } from 'pino';
import { toOidcConfig } from './access/oidc/oidc-variables.ts';
import { type ControlPlane, createControlPlane } from './control-plane.ts';
import { type Environment, parseEnvironment } from './environment.ts';
import { toLoggedError } from './logged-error.ts';

const REDACTED = ['authorization', 'token', 'secret', 'apiKey', 'password', 'databaseUrl'];
const STDERR = 2;
/** What is still under way after this is cut off. */
const STOP_TIMEOUT_MS = 20_000;

/** The process: reads its environment, starts, and stops in good order when it is told to. */
async function main(environment: Environment): Promise<void> {
  const redact = REDACTED.flatMap((name) => [name, `*.${name}`]);
  const serializers = { error: toLoggedError, err: toLoggedError };
  const logger = pino({ level: environment.LOG_LEVEL, redact, serializers }, pino.destination(STDERR));
  let plane: ControlPlane | undefined;
  let stopping = false;

  const stop = async (reason: string) => {
    if (stopping) return;
    stopping = true;
    logger.info({ reason }, 'stopping');
    setTimeout(() => process.exit(1), STOP_TIMEOUT_MS).unref();
    try {
      await plane?.stop();
      process.exit(0);
    } catch (error) {
      logger.error({ error }, 'could not stop in good order');
      process.exit(1);
    }
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  // Whoever started this as a child is gone, so nobody else would stop it.
  process.on('disconnect', () => stop('the parent process is gone'));

  const oidc = toOidcConfig(environment);
  plane = await createControlPlane({
    databaseUrl: environment.DATABASE_URL,
    sealKey: environment.TOLLGATE_SEAL_KEY,
    previousSealKeys: environment.TOLLGATE_SEAL_KEY_PREVIOUS,
    ...(environment.TOLLGATE_ADMIN_TOKEN !== undefined && { adminToken: environment.TOLLGATE_ADMIN_TOKEN }),
    host: environment.TOLLGATE_CONTROL_HOST,
    port: environment.TOLLGATE_CONTROL_PORT,
    analyticsUrl: environment.TOLLGATE_ANALYTICS_URL,
    ...(environment.TOLLGATE_PUBLIC_URL !== undefined && { publicUrl: environment.TOLLGATE_PUBLIC_URL }),
    ...(environment.TOLLGATE_TRUSTED_PROXIES !== undefined && {
      trustedProxies: environment.TOLLGATE_TRUSTED_PROXIES,
    }),
    ...(oidc && { oidc }),
    newcomerDomains: environment.TOLLGATE_OIDC_NEW_USER_DOMAINS,
    logger,
  });
  if (plane.issuedAdminToken !== undefined) process.stdout.write(`admin token: ${plane.issuedAdminToken}\n`);
  logger.info({ url: plane.url }, 'the control plane is ready');
  process.send?.({ type: 'ready', url: plane.url });
}

try {
  await main(parseEnvironment(process.env));
} catch (error) {
  const { message, code } = error as Error & { code?: string };
  process.stderr.write(`the control plane cannot start: ${message || code}\n`);
  process.exit(1);
}
