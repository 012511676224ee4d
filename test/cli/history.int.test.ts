import { expect, test } from 'vitest';
import { startCliPlane } from './cli-plane.ts';

const documentOf = (models: string) =>
  `tollgate: 1\nowner: gateway\nteams:\n  t: { models: [${models}] }\nkeys:\n  k: { team: t }\n`;

/** A control plane whose team allowed `a` at the first of two revisions, and `b` at the second. */
async function given() {
  const plane = await startCliPlane();
  const file = await plane.write('a.yaml', documentOf('a'));
  const revisions: number[] = [];
  for (const models of ['a', 'b']) {
    await plane.write('a.yaml', documentOf(models));
    const applied = await plane.cli('apply', '-f', file, '--yes', '--reason', `only ${models}`, '--json');
    expect(applied.code).toBe(0);
    revisions.push((JSON.parse(applied.stdout) as { revision: number }).revision);
  }
  const [first = 0, second = 0] = revisions;
  return { ...plane, file, first, second };
}

test('history tells what happened to an entity: when, by whom, through what, and why', async () => {
  const { cli, first, second } = await given();
  const { code, stdout } = await cli('history', 'team', 't');
  expect(code).toBe(0);
  const lines = stdout.trim().split('\n');
  expect(lines[0]).toMatch(new RegExp(`^revision ${second}: changed by admin \\(cli\\) at .*Z, owner gateway$`));
  expect(lines.slice(1, 3)).toEqual(['  because: only b', '  models: ["a"] → ["b"]']);
  expect(lines[3]).toMatch(new RegExp(`^revision ${first}: created by admin`));
  expect(await cli('history', 'team', 'never')).toMatchObject({ code: 1, stdout: '' });
  expect((await cli('history')).stdout).toMatch(/only b[\s\S]*only a/);
  expect((await cli('history', 'taem', 't')).stderr).toContain('there is no kind taem');
});

test('diff tells what leads from one revision to another, in both directions', async () => {
  const { cli, first, second } = await given();
  expect(await cli('diff', `${first}`, `${second}`)).toEqual({
    code: 2,
    stderr: '',
    stdout: '~ team t\n  models: ["a"] → ["b"]\n',
  });
  expect((await cli('diff', `${second}`, `${first}`)).stdout).toContain('["b"] → ["a"]');
  expect(await cli('diff', `${second}`)).toMatchObject({ code: 0, stdout: 'No differences\n' });
  expect((await cli('diff', '0')).stdout).toMatch(/\+ team t\n {2}models: \["b"\]/);
  expect(await cli('diff', 'x')).toMatchObject({ code: 1 });
});

test('rollback shows what goes back, and makes it so by a new revision', async () => {
  const { cli, first, file } = await given();
  expect(await cli('rollback', `${first}`)).toMatchObject({ code: 1, stderr: expect.stringContaining('--yes') });
  const back = await cli('rollback', `${first}`, '--yes', '--reason', 'too early');
  expect(back).toMatchObject({ code: 0, stderr: '' });
  expect(back.stdout).toContain('~ team t\n  models: ["b"] → ["a"]');
  expect(back.stdout).toMatch(/Applied as revision \d+/);
  expect(await cli('diff', `${first}`)).toMatchObject({ code: 0 });
  expect((await cli('history', 'team', 't')).stdout).toContain(`went back to revision ${first}`);
  expect((await cli('plan', '-f', file)).code).toBe(2);
});

test('rollback of chosen entities leaves the others', async () => {
  const { cli, first, write } = await given();
  await cli('apply', '-f', await write('b.yaml', 'tollgate: 1\nkeys: { k: { team: t, tags: [x] } }'), '--yes');
  expect(await cli('rollback', `${first}`, '--only', 'keys/k', '--yes')).toMatchObject({ code: 0 });
  expect((await cli('diff', `${first}`)).stdout).toBe('~ team t\n  models: ["a"] → ["b"]\n');
  const unknown = await cli('rollback', `${first}`, '--only', 'team/none', '--yes');
  expect(unknown).toMatchObject({ code: 1, stderr: expect.stringContaining('none') });
});
