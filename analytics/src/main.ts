import { setTimeout as sleep } from 'node:timers/promises';
import { type Logger, pino } from 'pino';
import { type Analytics, createAnalytics } from './create-analytics.ts';
import { type AnalyticsEnvironment, readEnvironment } from './environment.ts';

/** A parent waits no longer than this for the word 'ready', even if ClickHouse is still away. */
const READY_PATIENCE_MS = 50_000;

function readEnvironmentOrExit(): AnalyticsEnvironment {
  try {
    return readEnvironment(process.env);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  }
}

function stopOnSignal(analytics: Analytics, log: Logger): void {
  let isStopping = false;
  const stop = async (cause: string) => {
    if (isStopping) return;
    isStopping = true;
    log.info({ cause }, 'stopping');
    await analytics.stop().catch((err: unknown) => {
      log.error({ err }, 'did not stop cleanly');
      process.exitCode = 1;
    });
    process.exit();
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  // Started by another process, the service does not outlive it.
  process.on('disconnect', () => stop('the parent is gone'));
}

const { config, logLevel } = readEnvironmentOrExit();
const log = pino({ name: 'analytics', level: logLevel }, pino.destination(2));
const analytics = createAnalytics(config, log);
stopOnSignal(analytics, log);
const url = await analytics.start().catch((error: unknown) => {
  log.fatal({ err: error, host: config.host, port: config.port }, 'cannot listen');
  process.exit(1);
});
await Promise.race([analytics.prepared, sleep(READY_PATIENCE_MS, undefined, { ref: false })]);
log.info({ url, kafka: config.kafkaBrokers.length > 0 }, 'serving');
process.send?.({ type: 'ready', url });
