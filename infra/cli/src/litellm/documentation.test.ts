import { readFile } from 'node:fs/promises';
import pico from 'picocolors';
import { expect, it } from 'vitest';
import { createLitellmImporter } from './import-litellm.ts';
import { prefixes } from './models/prefixes.ts';
import { renderReport } from './report/render-report.ts';
import { readConfig } from './source/read-config.ts';

const page = await readFile(new URL('../../../../docs/migrate-from-litellm.md', import.meta.url), 'utf8');
const [input = '', output = ''] = [...page.matchAll(/```yaml\n(.*?)```/gs)].map(([, text]) => text);
const [excerpt = ''] = [...page.matchAll(/```\n(config\.yaml.*?)```/gs)].map(([, text = '']) => text);

it('the example of the documentation becomes what the documentation says, with the report that it quotes', () => {
  const read = readConfig({ path: 'config.yaml', text: input });
  if (!read.ok) throw new Error(read.problem.message);
  const { document, lines } = createLitellmImporter()([read.root], {});
  expect(document).toBe(output);
  const report = renderReport(lines, pico.createColors(false)).split('\n');
  const quoted = excerpt.trimEnd().split('\n');
  expect(quoted).toHaveLength(4);
  for (const line of quoted) expect(report).toContain(line);
});

it('the documentation names each prefix that maps', () => {
  for (const prefix of Object.keys(prefixes)) expect(page).toContain(`\`${prefix}/\``);
});
