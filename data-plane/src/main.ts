import { createKeyring } from '@tollgate/schema';
import { pino } from 'pino';
import { withArguments } from './arguments.ts';
import { parseEnvironment } from './environment.ts';
import { startNode } from './node.ts';
import { openOwnPlace } from './own-place.ts';
import { stopOnSignals } from './stop-on-signals.ts';
import { startSupervisor } from './workers/supervisor.ts';

const env = parseEnvironment(withArguments(process.env, process.argv.slice(2)));
const log = pino({ name: 'node', level: env.LOG_LEVEL }, pino.destination(2));
const keyring = createKeyring(env.TOLLGATE_SEAL_KEY, env.TOLLGATE_SEAL_KEY_PREVIOUS);

async function start() {
  if (env.TOLLGATE_WORKERS === 1) return startNode(env, keyring, await openOwnPlace(env, keyring, log), log);
  const supervisor = await startSupervisor(env, keyring, log);
  process.on('SIGHUP', () => void supervisor.roll());
  return supervisor;
}

const node = await start();
stopOnSignals(['SIGTERM', 'SIGINT'], node.stop, log);
process.send?.({ type: 'ready', url: node.url });
