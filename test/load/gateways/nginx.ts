import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findFreePort } from '@tollgate/stack';
import { startChild } from '../machine/child.ts';
import { findProgram } from '../machine/find-program.ts';
import { untilListening } from '../machine/port.ts';
import type { GatewayContext, RunningGateway } from './gateway.ts';
import { nginxConfig } from './nginx-config.ts';

/** Debian's `nginx-light` as a child process on a free loopback port. */
export async function startNginx({ upstream, folder }: GatewayContext): Promise<RunningGateway> {
  const program = await findProgram('nginx');
  if (program === undefined) {
    throw new Error('nginx is not installed: run `apt-get install nginx-light`, or leave it out with --gateways');
  }
  const listenPort = await findFreePort();
  const configPath = join(folder, 'nginx.conf');
  await writeFile(configPath, nginxConfig({ listenPort, upstreamPort: Number(new URL(upstream.url).port), folder }));
  const child = startChild(program, ['-e', 'stderr', '-p', folder, '-c', configPath]);
  await untilListening(listenPort, child);
  return {
    ...upstream,
    name: 'nginx',
    url: `http://127.0.0.1:${listenPort}/v1`,
    pids: () => [child.pid],
    stop: child.stop,
  };
}
