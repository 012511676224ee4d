import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { outputOf, startChild } from '../machine/child.ts';
import { pinnedCommand } from '../machine/pinning.ts';
import type { ClosedLoopJob, ClosedLoopResult } from './job.ts';
import type { Target } from './request.ts';
import { requestBody, requestHeaders } from './request.ts';

/** Precedes the line of figures among what wrk itself prints. */
const RESULT_MARK = 'RESULT ';

function luaText(text: string): string {
  // A decimal escape for every other character keeps any text from ending the Lua string.
  return `"${text.replaceAll(/[^A-Za-z0-9 ]/g, (character) => `\\${String(character.charCodeAt(0)).padStart(3, '0')}`)}"`;
}

/** wrk's script: what to send, and the figures as one line of JSON (wrk counts in microseconds). */
export function wrkScript(target: Target): string {
  const headers = Object.entries(requestHeaders(target));
  return `wrk.method = "POST"
${headers.map(([name, value]) => `wrk.headers[${luaText(name)}] = ${luaText(value)}`).join('\n')}
wrk.body = ${luaText(requestBody(target.model, false))}
function done(summary, latency)
  local e = summary.errors
  io.write(string.format('\\n${RESULT_MARK}{"requests":%d,"us":%d,"connect":%d,"read":%d,"write":%d,"timeout":%d,"status":%d,' ..
    '"p50":%d,"p90":%d,"p99":%d,"max":%d}\\n', summary.requests, summary.duration, e.connect, e.read, e.write, e.timeout,
    e.status, latency:percentile(50), latency:percentile(90), latency:percentile(99), latency.max))
end
`;
}

/** The figures out of what wrk printed; throws when there are none. */
export function parseWrkOutput(output: string): ClosedLoopResult {
  const line = output.split('\n').find((text) => text.startsWith(RESULT_MARK));
  if (line === undefined) throw new Error(`wrk gave no figures but: ${output.slice(0, 500)}`);
  const figures: Record<string, number> = JSON.parse(line.slice(RESULT_MARK.length));
  const figure = (name: string): number => figures[name] ?? Number.NaN;
  const failures = ['connect', 'read', 'write', 'timeout', 'status'].map((name) => [name, figure(name)] as const);
  return {
    requests: figure('requests'),
    seconds: figure('us') / 1e6,
    failures: Object.fromEntries(failures.filter(([, count]) => count > 0)),
    latencyMs: {
      count: figure('requests'),
      p50: figure('p50') / 1000,
      p90: figure('p90') / 1000,
      p99: figure('p99') / 1000,
      max: figure('max') / 1000,
    },
  };
}

/** Runs the closed loop with one thread of wrk; `folder` takes its script. */
export async function runWrk(
  program: string,
  { target, connections, seconds }: ClosedLoopJob,
  folder: string,
  cpu: number | undefined,
): Promise<ClosedLoopResult> {
  const script = join(folder, 'wrk.lua');
  await writeFile(script, wrkScript(target));
  const url = `http://${target.host}:${target.port}${target.path}`;
  const args = ['-t', '1', '-c', String(connections), '-d', `${seconds}s`, '-s', script, url];
  const [command, ...rest] = pinnedCommand(cpu, [program, ...args]);
  return parseWrkOutput(await outputOf(startChild(command, rest), 'wrk'));
}
