import { chmod, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { runInProcess } from '../testing/run-in-process.ts';

const ROUGH = 'providers: {p: {type: mock}} # c\ntollgate: 1\n';
const FORMATTED = 'tollgate: 1\n\nproviders: { p: { type: mock } } # c\n';

let folder = '';
const at = (name: string) => join(folder, name);

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tollgate-fmt-'));
});
afterEach(() => rm(folder, { recursive: true }));

it('formats the documents of a folder in place, names those that it changed, and leaves other files alone', async () => {
  await writeFile(at('a.yaml'), ROUGH);
  await writeFile(at('b.yml'), FORMATTED);
  await writeFile(at('compose.yaml'), 'services:   {}\n');
  expect(await runInProcess(['fmt', folder])).toEqual({ code: 0, stdout: `${at('a.yaml')}\n`, stderr: '' });
  expect(await readFile(at('a.yaml'), 'utf8')).toBe(FORMATTED);
  expect(await readFile(at('compose.yaml'), 'utf8')).toBe('services:   {}\n');
  expect(await runInProcess(['fmt', folder])).toEqual({ code: 0, stdout: '', stderr: '' });
  expect((await readdir(folder)).sort()).toEqual(['a.yaml', 'b.yml', 'compose.yaml']);
});

it('keeps the rights of a file, and a link a link', async () => {
  await writeFile(at('a.yaml'), ROUGH);
  await chmod(at('a.yaml'), 0o640);
  await symlink(at('a.yaml'), at('link.yaml'));
  await runInProcess(['fmt', at('link.yaml')]);
  expect(await readFile(at('a.yaml'), 'utf8')).toBe(FORMATTED);
  expect((await stat(at('a.yaml'))).mode & 0o777).toBe(0o640);
  expect(
    (await readdir(folder, { withFileTypes: true })).find(({ name }) => name === 'link.yaml')?.isSymbolicLink(),
  ).toBe(true);
});

it('with --check changes nothing and exits with 1 if a file is not formatted', async () => {
  await writeFile(at('a.yaml'), ROUGH);
  await writeFile(at('b.yaml'), FORMATTED);
  expect(await runInProcess(['fmt', '--check', folder])).toEqual({ code: 1, stdout: `${at('a.yaml')}\n`, stderr: '' });
  expect(await readFile(at('a.yaml'), 'utf8')).toBe(ROUGH);
  expect(await runInProcess(['fmt', '--check', at('b.yaml')])).toEqual({ code: 0, stdout: '', stderr: '' });
});

it('formats what it can, says of the rest where and why not, and exits with 1', async () => {
  await writeFile(at('a.yaml'), ROUGH);
  await writeFile(at('bad.yaml'), 'tollgate: 1\nkeys: [\n');
  await writeFile(at('other.yaml'), 'services: {}\n');
  const ended = await runInProcess(['fmt', at('a.yaml'), at('bad.yaml'), at('other.yaml')]);
  expect(ended).toMatchObject({ code: 1, stdout: `${at('a.yaml')}\n` });
  expect(ended.stderr).toContain(`${at('bad.yaml')}:3:1: `);
  expect(ended.stderr).toContain(`${at('other.yaml')}:1:1: is no config document`);
  expect(await readFile(at('bad.yaml'), 'utf8')).toBe('tollgate: 1\nkeys: [\n');
});
