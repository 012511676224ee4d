import { readdir, readFile } from 'node:fs/promises';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseDocument } from '@tollgate/schema';
import { describe, expect, it } from 'vitest';
import { createDocumentFormatter } from '../formatting/format-document.ts';
import { createLitellmImporter } from './import-litellm.ts';
import { loadConfig } from './load-config.ts';
import { keyPlaces } from './testing/key-places.ts';

const folder = fileURLToPath(new URL('fixtures/', import.meta.url));
const importLitellm = createLitellmImporter();
const format = createDocumentFormatter();
const names = (await readdir(folder)).filter((name) => name.endsWith('.yaml'));
const configs = [...names, 'include/config.yaml'];

async function importFixture(name: string) {
  const loaded = await loadConfig(`${folder}${name}`);
  if (!loaded.ok) throw new Error(loaded.problem.message);
  return { ...importLitellm(loaded.roots, {}), paths: loaded.paths };
}

it('there are configurations of all sorts', () => {
  expect(configs.length).toBeGreaterThanOrEqual(12);
});

it('only mistakes are unknown keys', async () => {
  const unknown = new Map<string, readonly string[]>();
  for (const name of configs) {
    const { lines } = await importFixture(name);
    const paths = lines.filter(({ verdict }) => verdict === 'unknown').map(({ path }) => path);
    if (paths.length > 0) unknown.set(name, paths);
  }
  expect([...unknown.keys()]).toEqual(['home-lab.yaml', 'mistakes.yaml']);
  expect(unknown.get('home-lab.yaml')).toEqual(['general_settings.enable_admin_ui']);
});

describe.each(configs)('%s', (name) => {
  it('becomes the document that is expected', async () => {
    const { document } = await importFixture(name);
    await expect(document).toMatchFileSnapshot(`fixtures/expected/${name.replaceAll('/', '-')}`);
  });

  it('becomes a document without problems, formatted as fmt does', async () => {
    const { document } = await importFixture(name);
    expect(parseDocument([{ path: 'imported.yaml', text: document }]).problems).toEqual([]);
    expect(format({ path: 'imported.yaml', text: document })).toEqual({
      kind: 'formatted',
      text: document,
    });
  });

  it('has each of its keys in the report, once, where it stands', async () => {
    const { lines, paths } = await importFixture(name);
    for (const path of paths) {
      const reported = lines.filter(({ file }) => file === path).map(({ line, column }) => `${line}:${column}`);
      expect(reported.sort(), relative(folder, path)).toEqual(keyPlaces(await readFile(path, 'utf8')));
    }
  });

  it('has none of its secrets in the document or the report', async () => {
    const { document, lines, paths } = await importFixture(name);
    const input = (await Promise.all(paths.map((path) => readFile(path, 'utf8')))).join('');
    const planted = [...input.matchAll(/[\w:/@.-]*planted[\w:/@.-]*/g)].map(([secret]) => secret);
    for (const secret of planted) expect(document + JSON.stringify(lines)).not.toContain(secret);
  });
});
