import { setTimeout as sleep } from 'node:timers/promises';
import { type Backoff, backoffMs } from './retry.ts';

export type SessionState = 'connecting' | 'running' | 'backing_off' | 'stopped';

/** Works until `signal` is aborted, and rejects if it breaks. Calls `onRunning` once it works. */
export type Session = (signal: AbortSignal, onRunning: () => void) => Promise<void>;

export type SuperviseOptions = {
  readonly backoff: Backoff;
  readonly onState: (state: SessionState) => void;
  readonly onBroken: (error: unknown, retryInMs: number) => void;
};

/** Runs a session again and again until `signal` is aborted; the waits grow until a session works. Never rejects. */
export async function supervise(session: Session, signal: AbortSignal, options: SuperviseOptions): Promise<void> {
  let failures = 0;
  const onRunning = () => {
    failures = 0;
    options.onState('running');
  };
  while (!signal.aborted) {
    options.onState('connecting');
    try {
      await session(signal, onRunning);
    } catch (error) {
      failures += 1;
      const waitMs = backoffMs(options.backoff, failures, Math.random());
      options.onState('backing_off');
      options.onBroken(error, waitMs);
      await sleep(waitMs, undefined, { signal }).catch(() => undefined);
    }
  }
  options.onState('stopped');
}
