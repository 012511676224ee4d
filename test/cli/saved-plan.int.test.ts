import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { startCliPlane } from './cli-plane.ts';

const SECRET = 'sk-provider-0123456789';
const DOCUMENT = `tollgate: 1
owner: gateway
providers:
  openai: { type: openai, apiKey: { env: OPENAI_API_KEY } }
models:
  gpt:
    deployments: [{ provider: openai, model: gpt }]
teams:
  search: { models: [gpt] }
`;

/** A control plane on which the document is applied. */
async function given() {
  const plane = await startCliPlane();
  plane.environment['OPENAI_API_KEY'] = SECRET;
  const file = await plane.write('gateway.yaml', DOCUMENT);
  const applied = await plane.cli('apply', '-f', file, '--yes');
  expect(applied).toMatchObject({ code: 0, stderr: '' });
  return { ...plane, file };
}

const narrowed = DOCUMENT.replace('models: [gpt] }', 'models: [] }');

test('a saved plan is applied just so, holds no secret, and a second time changes nothing', async () => {
  const { cli, write, file, path } = await given();
  await write('gateway.yaml', narrowed);
  const planned = await cli('plan', '-f', file, '--out', path('plan.json'));
  expect(planned).toMatchObject({ code: 2, stdout: expect.stringContaining('~ team search') });
  expect(await readFile(path('plan.json'), 'utf8')).not.toContain(SECRET);
  expect(await cli('apply', path('plan.json'))).toMatchObject({ code: 0, stderr: '' });
  expect(await cli('plan', '-f', file)).toMatchObject({ code: 0 });
  const again = await cli('apply', path('plan.json'));
  expect(again).toMatchObject({ code: 1, stdout: '' });
  expect(again.stderr).toContain('search');
});

test('a saved plan is refused if what it changes was changed since, saying what and by whom', async () => {
  const { cli, write, file, path } = await given();
  await write('gateway.yaml', narrowed);
  await cli('plan', '-f', file, '--out', path('plan.json'));
  const other = await write('other.yaml', 'tollgate: 1\nteams: { search: { models: [gpt, "x/*"] } }');
  expect(await cli('apply', '-f', other, '--yes')).toMatchObject({ code: 0 });
  const refused = await cli('apply', path('plan.json'));
  expect(refused).toMatchObject({ code: 1, stdout: '' });
  expect(refused.stderr).toMatch(/gateway\.yaml:9:3: teams\.search.*admin.*cli/);
  expect(refused.stderr).toContain('  since then: models: ["gpt"] → ["gpt","x/*"]');
});

test('a saved plan does not mind changes elsewhere, and does not undo them', async () => {
  const { cli, write, file, path } = await given();
  await write('gateway.yaml', narrowed);
  await cli('plan', '-f', file, '--out', path('plan.json'));
  const other = 'tollgate: 1\nmodels: { gpt: { deployments: [{ provider: openai, model: other }] } }';
  expect(await cli('apply', '-f', await write('other.yaml', other), '--yes')).toMatchObject({ code: 0 });
  expect(await cli('apply', path('plan.json'))).toMatchObject({ code: 0, stderr: '' });
  expect((await cli('plan', '-f', await write('other.yaml', other))).stdout).toMatch(/^No changes/);
});

test('a saved plan reads its secrets again, and is refused if one is another than it was', async () => {
  const { cli, write, file, path, environment } = await given();
  await write('gateway.yaml', DOCUMENT.replace('type: openai,', 'type: openai, baseUrl: "http://127.0.0.1:9",'));
  await cli('plan', '-f', file, '--out', path('plan.json'));
  environment['OPENAI_API_KEY'] = 'sk-another-9876543210';
  const refused = await cli('apply', path('plan.json'));
  expect(refused).toMatchObject({ code: 1, stdout: '' });
  expect(refused.stderr).toContain('plan again');
  delete environment['OPENAI_API_KEY'];
  expect((await cli('apply', path('plan.json'))).stderr).toMatch(
    /gateway\.yaml:4:3: providers\.openai\.apiKey: the environment variable OPENAI_API_KEY is not set/,
  );
  environment['OPENAI_API_KEY'] = SECRET;
  expect(await cli('apply', path('plan.json'))).toMatchObject({ code: 0 });
});

test('what is no saved plan is refused with what to do', async () => {
  const { cli, write, file } = await given();
  expect((await cli('apply', file)).stderr).toContain('give it with -f');
  expect((await cli('apply', await write('x.json', '{"a":1}'))).stderr).toContain('is no saved plan');
  expect((await cli('apply')).stderr).toContain('say what to apply');
});
