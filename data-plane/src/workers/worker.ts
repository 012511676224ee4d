import { createKeyring } from '@tollgate/schema';
import { pino } from 'pino';
import { parseEnvironment } from '../environment.ts';
import { startNode } from '../node.ts';
import { stopOnSignals } from '../stop-on-signals.ts';
import { openSupervisorChannel } from './channel.ts';
import type { Assignment } from './messages.ts';
import { shareOfWorker } from './share-of-worker.ts';
import { openWorkerPlace } from './worker-place.ts';

/** The main of one worker; its supervisor starts it with what it is told as the one argument. */
const channel = openSupervisorChannel();
const assignment = JSON.parse(process.argv[2] ?? '') as Assignment;
const env = shareOfWorker(parseEnvironment(process.env), assignment.workers);
const log = pino({ name: 'worker', level: env.LOG_LEVEL }, pino.destination(2));
const keyring = createKeyring(env.TOLLGATE_SEAL_KEY, env.TOLLGATE_SEAL_KEY_PREVIOUS);

/** Until it serves there is nothing to be brought to an end. */
let stop: () => void = () => process.exit(1);
// Terminals and service managers send these to all processes; what they mean is the supervisor's to say.
for (const signal of ['SIGINT', 'SIGHUP', 'SIGTERM'] as const) process.on(signal, () => {});
process.on('disconnect', () => stop());

const place = await openWorkerPlace({ assignment, keyring, channel, log, onStop: () => stop() });
const node = await startNode(env, keyring, place, log);
stop = stopOnSignals([], node.stop, log);
