import { expect, test } from 'vitest';
import { startCliPlane } from './cli-plane.ts';

const TEAMS = 500;
const MODELS = 500;
const KEYS = 8_999;
const TOTAL = 1 + TEAMS + MODELS + KEYS;
/** Three plans, a commit and an export of ten thousand entities on a busy machine. */
const TIMEOUT_MS = 180_000;

const lines = (count: number, toLine: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => `  ${toLine(index)}`).join('\n');

const documentOf = (tag: string) => `tollgate: 1
owner: large
providers: { p: { type: mock } }
models:
${lines(MODELS, (index) => `model-${index}: { deployments: [{ provider: p, model: m }] }`)}
teams:
${lines(TEAMS, (index) => `team-${index}: { models: [model-${index % MODELS}, "open/*"] }`)}
keys:
${lines(KEYS, (index) => `key-${index}: { team: team-${index % TEAMS}, tags: [${index === 77 ? tag : 'x'}] }`)}
`;

test('a document of ten thousand entities is planned, applied, exported and planned again', {
  timeout: TIMEOUT_MS,
}, async () => {
  const { cli, write, path } = await startCliPlane();
  const file = await write('large.yaml', documentOf('x'));
  const plan = await cli('plan', '-f', file);
  expect(plan).toMatchObject({ code: 2, stderr: '' });
  expect(plan.stdout).toContain(`${TOTAL} to create, 0 to change, 0 to delete`);

  expect(await cli('apply', '-f', file, '--yes')).toMatchObject({ code: 0, stderr: '' });
  await write('large.yaml', documentOf('changed'));
  const changed = await cli('plan', '-f', file);
  expect(changed.stdout).toContain('~ key key-77\n  tags: ["x"] → ["changed"]');
  expect(changed.stdout).toContain('0 to create, 1 to change, 0 to delete');

  expect(await cli('export', '--owner', 'large', '--out', path('export.yaml'))).toMatchObject({ code: 0 });
  expect(await cli('plan', '-f', path('export.yaml'), '--prune')).toMatchObject({ code: 0, stderr: '' });
});
