import type { Logger } from 'pino';

/** Ends this process in good order on these signals, and when the process that started it is gone. @returns to do so at once */
export function stopOnSignals(signals: readonly NodeJS.Signals[], stop: () => Promise<void>, log: Logger): () => void {
  let isStopping = false;
  function end(): void {
    if (isStopping) return;
    isStopping = true;
    log.info('stopping');
    stop().then(
      () => process.exit(0),
      (error: unknown) => {
        log.error({ error: String(error) }, 'did not stop cleanly');
        process.exit(1);
      },
    );
  }
  for (const signal of signals) process.on(signal, end);
  // Started by another process, this one does not outlive it.
  process.on('disconnect', end);
  return end;
}
