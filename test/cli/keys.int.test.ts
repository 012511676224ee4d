import { expect, test } from 'vitest';
import { startCliPlane } from './cli-plane.ts';

const SECRET = /sk-tg-\S+/;

test('a key is created, rotated, blocked and unblocked; each secret is printed once', async () => {
  const { cli } = await startCliPlane();
  const created = await cli('keys', 'create', 'app', '--tag', 'a', 'b', '--model', 'gpt', 'x/*');
  expect(created).toMatchObject({ code: 0, stderr: '' });
  expect(created.stdout).toMatch(
    /^key app is created \(revision \d+\)\nThe secret of key app, shown only this once: sk-tg-/,
  );
  expect((await cli('keys', 'list')).stdout).toMatch(/app\s+active\s+-\s+gpt,x\/\*\s+never\s+a,b/);

  const rotated = await cli('keys', 'rotate', 'app', '--grace', '24h');
  expect(rotated.stdout).toMatch(/^key app has another secret/);
  expect(SECRET.exec(rotated.stdout)?.[0]).not.toBe(SECRET.exec(created.stdout)?.[0]);

  expect((await cli('keys', 'block', 'app')).stdout).toMatch(/^key app is blocked now/);
  expect((await cli('keys', 'block', 'app')).stdout).toMatch(/^key app was blocked already/);
  expect((await cli('keys', 'list')).stdout).toMatch(/app\s+blocked/);
  expect((await cli('keys', 'unblock', 'app')).stdout).toMatch(/^key app is not blocked now/);
});

test('what cannot be done to a key is said, with what would be right', async () => {
  const { cli } = await startCliPlane();
  await cli('keys', 'create', 'app');
  for (const [args, message] of [
    [['keys', 'create', 'app'], 'app'],
    [['keys', 'create', 'other', '--team', 'none'], 'none'],
    [['keys', 'create', 'other', '--expires-at', 'soon'], '2027-06-30T00:00:00Z'],
    [['keys', 'rotate', 'none'], 'none'],
    [['keys', 'rotate', 'app', '--grace', 'long'], 'duration'],
    [['keys', 'block', 'none'], 'none'],
  ] as const) {
    const ended = await cli(...args);
    expect(ended).toMatchObject({ code: 1, stdout: '' });
    expect(ended.stderr).toContain(message);
  }
});

test('waiting for nodes says who enforces the change, and exits 1 if too few do', async () => {
  const { cli } = await startCliPlane();
  const alone = await cli('keys', 'create', 'app', '--await', 'all', '--await-timeout', '0');
  expect(alone.stdout).toMatch(/No node is linked, so none enforces revision \d+ yet/);
});
