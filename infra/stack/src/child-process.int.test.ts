import { afterEach, expect, test } from 'vitest';
import { type ChildSpec, type RunningChild, startChild } from './child-process.ts';

const started: RunningChild[] = [];
afterEach(async () => {
  for (const child of started.splice(0)) await child.kill();
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

async function start(script: string, overrides: Partial<ChildSpec> = {}): Promise<RunningChild> {
  const child = await startChild({
    name: 'sample',
    command: process.execPath,
    args: ['-e', script],
    stopSignal: 'SIGTERM',
    stopTimeoutMs: 5_000,
    startTimeoutMs: 10_000,
    ready: (process) => new Promise((resolve) => process.stdout?.once('data', () => resolve())),
    ...overrides,
  });
  started.push(child);
  return child;
}

test('a process that ends before it is ready fails the start with what it printed', async () => {
  const started = start("console.error('no such file: x'); process.exit(3)", { ready: () => new Promise(() => {}) });
  await expect(started).rejects.toThrow(/sample ended with code 3 before it was ready.*no such file: x/s);
});

test('a program that does not exist fails the start with its name', async () => {
  await expect(start('', { command: '/nonexistent/program' })).rejects.toThrow(/nonexistent/);
});

test('a process that is not ready in time is killed, not left behind', async () => {
  let pid = 0;
  const ready: ChildSpec['ready'] = (child) => {
    pid = child.pid ?? 0;
    return new Promise(() => {});
  };
  await expect(start('setInterval(() => {}, 1000)', { ready, startTimeoutMs: 50 })).rejects.toThrow(/not ready after/);
  expect(pid).toBeGreaterThan(0);
  expect(isAlive(pid)).toBe(false);
});

test('stop lets the process end in good order', async () => {
  const child = await start(
    "process.on('SIGTERM', () => process.exit(7)); console.log('up'); setInterval(() => {}, 1000)",
  );
  await child.stop();
  expect(await child.exited).toMatchObject({ code: 7, signal: null });
});

test('a process that ignores the request to stop is killed after the stated time', async () => {
  const script = "process.on('SIGTERM', () => {}); console.log('up'); setInterval(() => {}, 1000)";
  const child = await start(script, { stopTimeoutMs: 50 });
  await child.stop();
  expect(await child.exited).toMatchObject({ signal: 'SIGKILL' });
  await child.stop();
});
