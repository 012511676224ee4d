import { once } from 'node:events';
import type { RunningGateway } from '../gateways/gateway.ts';
import { scriptPath, startChild } from '../machine/child.ts';

/** Starts the stub provider and waits until it listens. */
export async function startUpstream(nodeArguments: readonly string[]): Promise<RunningGateway> {
  const child = startChild(process.execPath, [...nodeArguments, scriptPath('./main.ts', import.meta.url)]);
  const [line] = await Promise.race([once(child.stdout, 'data'), child.exited.then(() => [undefined])]);
  if (line === undefined) throw new Error('the stub provider ended before it listened; its messages are above');
  const { port }: { port: number } = JSON.parse(String(line));
  return {
    name: 'upstream',
    url: `http://127.0.0.1:${port}/v1`,
    model: 'bench-model',
    apiKey: 'sk-bench',
    pids: () => [child.pid],
    stop: child.stop,
  };
}
