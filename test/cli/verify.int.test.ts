import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { startCliPlane } from './cli-plane.ts';

/** A control plane with a few events, and the lines of its export. */
async function given() {
  const plane = await startCliPlane();
  for (const name of ['a', 'b', 'c']) expect(await plane.cli('keys', 'create', name)).toMatchObject({ code: 0 });
  const fetched = await plane.cli('verify', '--out', plane.path('log.ndjson'));
  expect(fetched).toMatchObject({ code: 0, stderr: '' });
  expect(fetched.stdout).toMatch(/^The log is whole and unchanged: 3 events; the hash of the last is [0-9a-f]{64}\n$/);
  const lines = (await readFile(plane.path('log.ndjson'), 'utf8')).split('\n');
  const write = (changed: readonly string[]) => plane.write('changed.ndjson', changed.join('\n'));
  return {
    ...plane,
    lines,
    verify: async (changed: readonly string[]) => plane.cli('verify', '--file', await write(changed)),
  };
}

test('an export is verified offline, and the first broken event is named', async () => {
  const { cli, lines, verify, path, environment } = await given();
  environment['TOLLGATE_URL'] = 'http://127.0.0.1:9';
  expect(await cli('verify', '--file', path('log.ndjson'))).toMatchObject({ code: 0 });
  const changed = await verify(
    lines.map((line, index) => (index === 2 ? line.replace('"virtual-key:b"', '"virtual-key:x"') : line)),
  );
  expect(changed).toMatchObject({ code: 2, stdout: '' });
  expect(changed.stderr).toMatch(/changed\.ndjson:3: event 2 was changed/);
  expect((await verify(lines.filter((_, index) => index !== 1))).stderr).toContain('event 1 is missing');
  expect((await verify(lines.slice(0, 3))).stderr).toContain('event 3 and all that follows is missing');
});

test('a hash that was written down shows that the log was written anew', async () => {
  const { cli, path } = await given();
  const { revisions } = JSON.parse((await cli('history', '--json')).stdout) as {
    revisions: readonly { revision: number; hash: string }[];
  };
  const known = revisions.flatMap(({ revision, hash }) => ['--known', `${revision}:${hash}`]);
  expect(await cli('verify', '--file', path('log.ndjson'), ...known)).toMatchObject({ code: 0 });
  const other = await cli('verify', '--file', path('log.ndjson'), '--known', `2:${'0'.repeat(64)}`);
  expect(other).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('event 2 does not have the hash that is known'),
  });
});

test('what cannot be looked at is no verdict', async () => {
  const { cli, path } = await given();
  expect(await cli('verify', '--file', path('none'))).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('ENOENT'),
  });
  expect(await cli('verify', '--known', 'x')).toMatchObject({ code: 1 });
});

test('who may not read the log is told with which role he could', async () => {
  const { cli, graphql, environment } = await given();
  await graphql('mutation { putServiceAccount(name: "ci", spec: {}) { committed } }');
  const { issueServiceToken } = await graphql<{ issueServiceToken: { token: string } }>(
    'mutation { issueServiceToken(serviceAccount: "ci", scopes: [CONFIG_READ]) { token } }',
  );
  environment['TOLLGATE_ADMIN_TOKEN'] = issueServiceToken.token;
  expect(await cli('verify')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('the log is for the roles platform-admin and platform-viewer'),
  });
});
