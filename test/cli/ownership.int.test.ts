import { expect, test } from 'vitest';
import { startCliPlane } from './cli-plane.ts';

const documentOf = (owner: string, teams: string) => `tollgate: 1\nowner: ${owner}\nteams:\n${teams}`;
const INSTANT = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g;

/** Lines of a plan, with the instant and the revisions of this run replaced. */
const linesOf = (stdout: string) =>
  stdout
    .trim()
    .split('\n')
    .map((line) => line.replaceAll(INSTANT, 'THEN').replaceAll(/revision \d+/g, 'revision N'));

test('a plan right after a change elsewhere shows it, with who and when', async () => {
  const { cli, write, graphql } = await startCliPlane();
  const file = await write('a.yaml', documentOf('gateway', '  t: { models: [a] }'));
  await cli('apply', '-f', file, '--yes');
  expect(await cli('plan', '-f', file)).toMatchObject({ code: 0 });
  await graphql('mutation ($input: ChangeSetInput!) { commitChangeSet(input: $input) { committed } }', {
    input: { changes: [{ putTeam: { name: 't', spec: { models: ['a', 'b'] } } }], source: 'CONSOLE' },
  });
  const drifted = await cli('plan', '-f', file);
  expect(drifted).toMatchObject({ code: 1, stderr: expect.stringContaining('team t is owned by console') });
  expect(linesOf(drifted.stdout)).toEqual([
    '~ team t',
    '  models: ["a","b"] → ["a"]',
    '  owned by console since THEN, revision N; changed by admin (console) at THEN, revision N',
    '  belongs to gateway from then on',
    '',
    'There is no model or alias of these names:',
    '  team t: a',
    '',
    '0 to create, 1 to change, 0 to delete (revision N)',
  ]);
  expect(await cli('plan', '-f', file, '--take-over')).toMatchObject({ code: 2, stdout: drifted.stdout, stderr: '' });
});

test('what another document owns is changed only with --take-over', async () => {
  const { cli, write } = await startCliPlane();
  await cli('apply', '-f', await write('theirs.yaml', documentOf('platform', '  t: { models: [a] }')), '--yes');
  const ours = await write('ours.yaml', documentOf('search', '  t: { models: [b] }'));
  const refused = await cli('apply', '-f', ours, '--yes');
  expect(refused.code).toBe(1);
  expect(refused.stderr).toMatch(/ours\.yaml:4:3: teams\.t: .*owned by platform.*admin.*cli/);
  expect(refused.stderr).toContain('--take-over');
  expect(await cli('apply', '-f', ours, '--yes', '--take-over')).toMatchObject({ code: 0, stderr: '' });
  expect((await cli('plan', '-f', ours)).stdout).toMatch(/^No changes/);
});

test('what another owns and is declared alike can be taken over as it is', async () => {
  const { cli, write } = await startCliPlane();
  await cli('apply', '-f', await write('theirs.yaml', documentOf('platform', '  t: { models: [a] }')), '--yes');
  const ours = await write('ours.yaml', documentOf('search', '  t: { models: [a] }'));
  expect(await cli('plan', '-f', ours)).toMatchObject({ code: 0 });
  const taken = await cli('apply', '-f', ours, '--yes', '--take-over');
  expect(linesOf(taken.stdout).slice(0, 3)).toEqual([
    '~ team t',
    '  owned by platform since THEN, revision N; changed by admin (cli) at THEN, revision N',
    '  belongs to search from then on',
  ]);
  expect(await cli('plan', '-f', ours, '--take-over')).toMatchObject({ code: 0 });
});

test('--prune deletes what this document owns and no longer declares, and nothing else', async () => {
  const { cli, write } = await startCliPlane();
  await cli('apply', '-f', await write('theirs.yaml', documentOf('platform', '  theirs: {}')), '--yes');
  const file = await write('ours.yaml', documentOf('search', '  kept: {}\n  dropped: {}'));
  await cli('apply', '-f', file, '--yes');
  await write('ours.yaml', documentOf('search', '  kept: {}'));
  expect(await cli('plan', '-f', file)).toMatchObject({ code: 0 });
  const plan = await cli('plan', '-f', file, '--prune');
  expect(plan.code).toBe(2);
  expect(linesOf(plan.stdout)[0]).toBe('- team dropped (no longer declared)');
  expect(plan.stdout).toContain('0 to create, 0 to change, 1 to delete');
  expect(await cli('apply', '-f', file, '--prune', '--yes')).toMatchObject({ code: 0 });
  expect(await cli('plan', '-f', file, '--prune')).toMatchObject({ code: 0 });
});

test('--prune needs a document with a name', async () => {
  const { cli, write } = await startCliPlane();
  const refused = await cli('plan', '-f', await write('a.yaml', 'tollgate: 1\nteams: { t: {} }'), '--prune');
  expect(refused).toMatchObject({ code: 1, stdout: '' });
  expect(refused.stderr).toContain('owner: NAME');
});
