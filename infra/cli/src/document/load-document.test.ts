import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadDocument } from './load-document.ts';
import { resolveSecrets } from './resolve-secrets.ts';

let folder = '';
const write = (name: string, text: string | Uint8Array) => writeFile(join(folder, name), text);

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tollgate-document-'));
});
afterEach(() => rm(folder, { recursive: true }));

describe('loadDocument', () => {
  it('merges the YAML and JSON files of a folder in the order of their names, and leaves other files alone', async () => {
    await write('b.yml', 'tollgate: 1\nteams: { b: {} }');
    await write('a.yaml', 'tollgate: 1\nteams: { a: {} }');
    await write('c.json', '{"tollgate": 1, "teams": {"c": {}}}');
    await write('notes.txt', 'not: [a document');
    await mkdir(join(folder, 'inner.d'));
    const { declarations, problems } = await loadDocument([folder]);
    expect(problems).toEqual([]);
    expect(declarations.map(({ name }) => name)).toEqual(['a', 'b', 'c']);
  });

  it('takes several paths as one document', async () => {
    await write('a.yaml', 'tollgate: 1\nteams: { a: {} }');
    const { problems } = await loadDocument([join(folder, 'a.yaml'), folder]);
    expect(problems.map(({ path }) => path)).toEqual(['teams.a']);
  });

  it('refuses a folder without documents, and what is no text', async () => {
    await expect(loadDocument([folder])).rejects.toThrow('has no .yaml, .yml or .json file');
    await write('a.yaml', Uint8Array.of(0xff, 0xfe, 0x00));
    await expect(loadDocument([folder])).rejects.toThrow('is not UTF-8 text');
  });
});

describe('resolveSecrets', () => {
  it('reads files relative to the document, without the line end, and variables as they are', async () => {
    await write('key.txt', 'secret-from-file\n');
    await write(
      'a.yaml',
      'tollgate: 1\nkeys:\n  f: { secret: { file: key.txt } }\n  e: { secret: { env: KEY } }\n  h: {}',
    );
    const { declarations, locate } = await loadDocument([folder]);
    const { secrets, problems } = await resolveSecrets(declarations, locate, { KEY: 'secret-from-environment' });
    expect(problems).toEqual([]);
    expect([...secrets.values()]).toEqual(['secret-from-file', 'secret-from-environment']);
  });

  it('names every place whose secret cannot be read', async () => {
    await write(
      'a.yaml',
      'tollgate: 1\nkeys:\n  f: { secret: { file: none.txt } }\n  e: { secret: { env: constructor } }',
    );
    const { declarations, locate } = await loadDocument([folder]);
    const { problems } = await resolveSecrets(declarations, locate, {});
    expect(problems.map(({ line, column, path, message }) => `${line}:${column} ${path}: ${message}`)).toEqual([
      `3:16 keys.f.secret: the file ${join(folder, 'none.txt')} cannot be read (ENOENT)`,
      '4:16 keys.e.secret: the environment variable constructor is not set',
    ]);
  });
});
