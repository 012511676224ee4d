import { pino } from 'pino';
import { parseEnvironment } from './environment.ts';
import { startNode } from './node.ts';

const env = parseEnvironment(process.env);
const log = pino({ name: 'node', level: env.LOG_LEVEL }, pino.destination(2));
const node = await startNode(env, log);

let isStopping = false;
function stop(): void {
  if (isStopping) return;
  isStopping = true;
  log.info('stopping');
  node.stop().then(
    () => process.exit(0),
    (error: unknown) => {
      log.error({ error: String(error) }, 'did not stop cleanly');
      process.exit(1);
    },
  );
}
process.on('SIGTERM', stop);
process.on('SIGINT', stop);
// Started by another process, a node does not outlive it.
process.on('disconnect', stop);
process.send?.({ type: 'ready', url: node.url });
