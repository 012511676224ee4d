import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { lockFolder } from './folder-lock.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tollgate-lock-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

test('a folder that is held cannot be had again, until it is given back', async () => {
  const release = await lockFolder(folder);
  await expect(lockFolder(folder)).rejects.toThrow(folder);
  release();
  (await lockFolder(folder))();
});

test('a process that is killed gives its folder back', async () => {
  const file = new URL('./folder-lock.ts', import.meta.url).pathname;
  const script = `import { lockFolder } from ${JSON.stringify(file)}; await lockFolder(${JSON.stringify(folder)}); console.log('held'); setInterval(() => {}, 1000);`;
  const holder = spawn(
    process.execPath,
    ['--experimental-strip-types', '--no-warnings', '--input-type=module', '-e', script],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  await once(holder.stdout, 'data');
  await expect(lockFolder(folder)).rejects.toThrow();
  holder.kill('SIGKILL');
  await once(holder, 'exit');
  (await lockFolder(folder))();
});
