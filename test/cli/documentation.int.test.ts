import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { startCliPlane } from './cli-plane.ts';

const page = await readFile(new URL('../../docs/config-document.md', import.meta.url), 'utf8');
const EXAMPLE = /```yaml\n(.*?)```/s.exec(page)?.[1] ?? '';

/** The example of the page, applied with the secrets that it asks for. */
async function given() {
  const plane = await startCliPlane();
  plane.environment['OPENAI_API_KEY'] = 'sk-openai-0123456789';
  plane.environment['SEARCH_PROD_KEY'] = 'sk-search-prod-0123456789';
  await plane.write('vllm.key', 'vllm-0123456789\n');
  const file = await plane.write('gateway.yaml', EXAMPLE);
  const applied = await plane.cli('apply', '-f', file, '--yes');
  expect(applied).toMatchObject({ code: 0, stderr: '' });
  return { ...plane, file, applied };
}

test('the example of the page, which has nearly every kind, is applied, and then plans nothing', async () => {
  const { cli, file, applied } = await given();
  expect(applied.stdout).toContain('The secret of key search-test, shown only this once: sk-tg-');
  expect(applied.stdout).toContain('Stored, but not enforced by this version yet: ');
  expect(await cli('plan', '-f', file, '--prune')).toMatchObject({ code: 0, stderr: '' });
});

test('its export is what it declares, and applied again changes nothing', async () => {
  const { cli, write, path, file } = await given();
  const exported = await cli('export', '--owner', 'gateway');
  await write('export.yaml', exported.stdout);
  expect(await cli('plan', '-f', path('export.yaml'), '--prune')).toMatchObject({ code: 0, stderr: '' });
  const shown = JSON.parse((await cli('export', '--owner', 'gateway', '--json')).stdout) as Record<string, object>;
  expect(shown).toMatchObject({
    owner: 'gateway',
    users: { ada: { email: 'ada@example.com', displayName: 'Ada' } },
    keys: { 'search-prod': { secret: { env: 'SEARCH_PROD_KEY' } }, 'search-test': { team: 'search' } },
    providers: { 'local-vllm': { apiKey: { file: 'vllm.key' } } },
    passThroughEndpoints: { '/files': { methods: ['GET', 'POST'] } },
  });
  expect(await cli('fmt', '--check', path('export.yaml'))).toMatchObject({ code: 0 });
  expect(await cli('plan', '-f', file)).toMatchObject({ code: 0 });
});

test('the plan of the page is what a narrower team leads to', async () => {
  const { cli, write } = await given();
  const narrower = EXAMPLE.replace('models: [gpt-4.1, "openai/*"]', 'models: [gpt-4.1]');
  const { code, stdout } = await cli('plan', '-f', await write('gateway.yaml', narrower));
  expect(code).toBe(2);
  const shown = /\$ tollgate plan -f gateway\.yaml\n(.*?)```/s.exec(page)?.[1] ?? '';
  const neutral = (text: string) =>
    text
      .trim()
      .replaceAll(/revision \d+/g, 'revision N')
      .replaceAll(/\d{4}-\S+Z/g, 'THEN');
  expect(neutral(stdout)).toBe(neutral(shown));
});
