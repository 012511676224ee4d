import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseDocument } from '@tollgate/schema';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { runInProcess } from '../testing/run-in-process.ts';

const CONFIG = `include: [more.yaml]
model_list:
  - model_name: gpt-4o
    litellm_params: { model: openai/gpt-4o, api_key: sk-planted-secret, temperature: 0 }
`;
const MORE = 'litellm_settings: { request_timeout: 5 }\n';

let folder = '';
const at = (name: string) => join(folder, name);
const read = (name: string) => readFile(at(name), 'utf8');

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tollgate-import-'));
  await writeFile(at('config.yaml'), CONFIG);
  await writeFile(at('more.yaml'), MORE);
});
afterEach(() => rm(folder, { recursive: true }));

it('writes the document to the standard output and tells what does not simply map', async () => {
  const ended = await runInProcess(['import', 'litellm', at('config.yaml')]);
  expect(ended.code).toBe(0);
  const { declarations, problems } = parseDocument([{ path: 'imported.yaml', text: ended.stdout }]);
  expect(problems).toEqual([]);
  expect(declarations.map(({ kind, name }) => `${kind} ${name}`)).toEqual(['provider openai', 'model gpt-4o']);
  expect(ended.stderr.trimEnd().split('\n')).toEqual([
    expect.stringContaining(`${at('config.yaml')}:4:73: not supported yet  model_list[0].litellm_params.temperature: `),
    expect.stringContaining(`${at('more.yaml')}:1:21: differs            litellm_settings.request_timeout: `),
    '9 keys: 7 maps, 1 differs, 1 not supported yet',
  ]);
  expect(ended.stdout + ended.stderr).not.toContain('sk-planted');
});

it('writes document and report to files, the report as text or as JSON with every key', async () => {
  const args = ['import', 'litellm', at('config.yaml'), '--out', at('gateway.yaml'), '--report'];
  expect(await runInProcess([...args, at('report.json')])).toMatchObject({ code: 0, stdout: '' });
  expect(JSON.parse(await read('report.json'))).toHaveLength(9);
  expect(await read('gateway.yaml')).toContain('apiKey: { env: OPENAI_API_KEY }');
  await runInProcess([...args, at('report.txt')]);
  expect((await read('report.txt')).trimEnd().split('\n')).toHaveLength(9);
  const printed = await runInProcess([...args, '-']);
  expect(printed.stdout).toBe(await read('report.txt'));
});

it('does not mix two outputs, and does not overwrite what it imports', async () => {
  const both = await runInProcess(['import', 'litellm', at('config.yaml'), '--report', '-']);
  expect(both).toMatchObject({ code: 1, stdout: '' });
  for (const option of ['--out', '--report']) {
    const ended = await runInProcess(['import', 'litellm', at('config.yaml'), option, at('more.yaml')]);
    expect(ended.code).toBe(1);
    expect(ended.stderr).toContain('is what is imported');
  }
  expect(await read('more.yaml')).toBe(MORE);
});

it('says where a file cannot be read, and writes nothing', async () => {
  await writeFile(at('more.yaml'), 'a: 1\n b: sk-planted-secret\n');
  const ended = await runInProcess(['import', 'litellm', at('config.yaml'), '--out', at('gateway.yaml')]);
  expect(ended).toMatchObject({ code: 1, stdout: '' });
  expect(ended.stderr).toContain(`${at('more.yaml')}:1:4: `);
  expect(ended.stderr).not.toContain('sk-planted');
  await expect(read('gateway.yaml')).rejects.toThrow();
  const missing = await runInProcess(['import', 'litellm', at('nowhere.yaml')]);
  expect(missing).toMatchObject({ code: 1, stdout: '' });
  expect(missing.stderr).toContain('ENOENT');
});

it('reads each file once, also if files include each other', async () => {
  await writeFile(at('more.yaml'), `include: [config.yaml, more.yaml]\n${MORE}`);
  const ended = await runInProcess(['import', 'litellm', at('config.yaml')]);
  expect(ended.code).toBe(0);
  expect(ended.stderr).toContain('10 keys: ');
});
