import { expect, test } from 'vitest';
import { startCliPlane } from './cli-plane.ts';

const DOCUMENT = `tollgate: 1
users:
  u1: { email: ada@example.com, displayName: Ada Lovelace }
customers:
  c1: { displayName: Globex }
`;

async function given() {
  const plane = await startCliPlane();
  const file = await plane.write('people.yaml', DOCUMENT);
  expect(await plane.cli('apply', '-f', file, '--yes')).toMatchObject({ code: 0 });
  return { ...plane, file };
}

test('the personal data of a user and of a customer is erased; they stay, by their names', async () => {
  const { cli } = await given();
  const user = await cli('erase', 'user', 'u1', '--yes', '--reason', 'asked to on 2 May');
  expect(user.stdout).toMatch(/^the personal data of user u1 is erased \(revision \d+\)\n$/);
  expect(user.stderr).toContain('Take it out of your documents too');
  expect(await cli('erase', 'customers', 'c1', '--yes')).toMatchObject({ code: 0 });
  const exported = await cli('export');
  expect(exported.stdout).toContain('u1');
  expect(exported.stdout).not.toMatch(/ada@example\.com|Lovelace|Globex/);
  const history = await cli('history', 'user', 'u1');
  expect(history.stdout).toContain('erased of personal data by admin (cli)');
  expect(history.stdout).toContain('because: asked to on 2 May');
  expect(history.stdout).not.toMatch(/ada@example\.com|Lovelace/);
  expect(await cli('erase', 'user', 'u1', '--yes')).toEqual({
    code: 0,
    stdout: expect.stringMatching(/^the personal data of user u1 was erased already/),
    stderr: '',
  });
});

test('nothing is erased without a yes, of somebody who is not there, or of what has no personal data', async () => {
  const { cli, file } = await given();
  for (const [args, message] of [
    [['user', 'u1'], 'Give --yes'],
    [['user', 'u1', '--json'], '--json needs --yes'],
    [['user', 'none', '--yes'], 'there is no user named none'],
    [['team', 'u1', '--yes'], 'a team has no personal data'],
  ] as const) {
    const ended = await cli('erase', ...args);
    expect(ended).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining(message) });
  }
  expect(await cli('plan', '-f', file)).toMatchObject({ code: 0 });
});
