import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { runCli } from '../support/cli.ts';
import { connectStack } from '../support/stack.ts';
import { sdkClient, uniqueName } from '../support/tenant.ts';
import { waitFor } from '../support/wait-for.ts';

const CREDENTIAL = 'credential-from-the-environment-1';
const KEY_SECRET = 'sk-from-the-environment-0123456789';

const stack = connectStack(inject('stack'));
const [provider, hosted, model, team, key] = ['provider', 'hosted', 'model', 'team', 'key'].map(uniqueName);
const env = {
  TOLLGATE_URL: stack.controlUrl,
  TOLLGATE_ADMIN_TOKEN: stack.adminToken,
  PROVIDER_KEY: CREDENTIAL,
  APP_KEY: KEY_SECRET,
};
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tollgate-e2e-cli-'));
  await write(documentOf(3));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const write = (text: string) => writeFile(join(folder, 'gateway.yaml'), text);
const documentOf = (tokens: number) => `tollgate: 1
providers:
  ${provider}: { type: mock }
  ${hosted}:
    type: openai
    apiKey: { env: PROVIDER_KEY }
models:
  ${model}:
    deployments:
      - { provider: ${provider}, model: m, mock: { tokens: ${tokens}, text: cli } }
teams:
  ${team}: { models: [${model}] }
keys:
  ${key}:
    team: ${team}
    secret: { env: APP_KEY }
`;

/** Runs a command and sees that it prints no secret of the environment, whatever comes of it. */
async function cli(...args: readonly string[]) {
  const outcome = await runCli(args, { folder, env });
  for (const secret of [CREDENTIAL, KEY_SECRET, stack.adminToken])
    expect(outcome.stdout + outcome.stderr).not.toContain(secret);
  return outcome;
}

const ask = () =>
  sdkClient(stack.gatewayUrl, KEY_SECRET).chat.completions.create({
    model: model ?? '',
    messages: [{ role: 'user', content: 'x' }],
  });

/** The tests follow one document from its first plan to a blocked key. */
describe('the command line, on a real control plane', () => {
  test('validate takes the document', async () => {
    expect(await cli('validate', '-f', 'gateway.yaml')).toMatchObject({ code: 0, stderr: '' });
  });

  test('plan shows what would be created, exits 2, and changes nothing', async () => {
    const before = await stack.graphql('{ revision }');
    const { code, stdout } = await cli('plan', '-f', 'gateway.yaml');
    expect(code).toBe(2);
    for (const line of [
      `+ provider ${provider}`,
      `+ provider ${hosted}`,
      `+ model ${model}`,
      `+ team ${team}`,
      `+ key ${key}`,
    ])
      expect(stdout).toContain(line);
    expect(stdout).toContain('5 to create, 0 to change, 0 to delete');
    expect(await stack.graphql('{ revision }')).toEqual(before);
  });

  test('apply without a terminal needs --yes, and then makes it so', async () => {
    expect((await cli('apply', '-f', 'gateway.yaml')).code).toBe(1);
    const { code, stdout } = await cli('apply', '-f', 'gateway.yaml', '--yes', '--reason', 'first');
    expect(stdout).toMatch(/Applied as revision \d+/);
    expect(code).toBe(0);
    const answered = await waitFor('the key to be taken', ask);
    expect(answered.choices[0]?.message.content).toBe('cli cli cli');
  });

  test('the same document again plans nothing and applies nothing', async () => {
    const before = await stack.graphql('{ revision }');
    expect(await cli('plan', '-f', 'gateway.yaml')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('No changes'),
    });
    expect((await cli('apply', '-f', 'gateway.yaml', '--yes')).code).toBe(0);
    expect(await stack.graphql('{ revision }')).toEqual(before);
  });

  test('one changed field is exactly one line of the plan', async () => {
    await write(documentOf(4));
    const { code, stdout } = await cli('plan', '-f', 'gateway.yaml');
    expect(code).toBe(2);
    const lines = stdout.trim().split('\n').filter(Boolean);
    expect(lines).toEqual([
      `~ model ${model}`,
      '  deployments[0].mock.tokens: 3 → 4',
      expect.stringMatching(
        /^ {2}owned by cli since \S+Z, revision \d+; changed by admin \(cli\) at \S+Z, revision \d+$/,
      ),
      expect.stringMatching(/^0 to create, 1 to change, 0 to delete/),
    ]);
    const json = JSON.parse((await cli('plan', '-f', 'gateway.yaml', '--json')).stdout) as { entries: unknown[] };
    expect(json.entries).toHaveLength(1);
  });

  test('another value of a secret is a change that does not show the value', async () => {
    await write(documentOf(3));
    const outcome = await runCli(['plan', '-f', 'gateway.yaml'], {
      folder,
      env: { ...env, PROVIDER_KEY: 'another-credential-9' },
    });
    expect(outcome.code).toBe(2);
    expect(outcome.stdout).toContain(`~ provider ${hosted}`);
    expect(outcome.stdout + outcome.stderr).not.toMatch(/another-credential-9|credential-from-the-environment/);
  });

  test('mistakes are named with file, line and path, all at once', async () => {
    await writeFile(
      join(folder, 'wrong.yaml'),
      [
        'tollgate: 1',
        'providers:',
        '  p: { type: openia }',
        'models:',
        '  m:',
        '    deployments:',
        '      - { provider: p, model: m, wieght: 1 }',
        '',
      ].join('\n'),
    );
    const { code, stderr } = await cli('validate', '-f', 'wrong.yaml');
    expect(code).toBe(1);
    expect(stderr).toMatch(/wrong\.yaml:3:\d+: providers\.p\.type: /);
    expect(stderr).toMatch(/wrong\.yaml:7:\d+: models\.m\.deployments\[0\]\.wieght: .*did you mean `weight`/);
  });

  test('what only the server knows is named at the line that declares it', async () => {
    await writeFile(
      join(folder, 'lost.yaml'),
      [
        'tollgate: 1',
        'models:',
        '  lost-model:',
        '    deployments:',
        '      - { provider: nobody, model: m }',
        '',
      ].join('\n'),
    );
    const { code, stderr } = await cli('plan', '-f', 'lost.yaml');
    expect(code).toBe(1);
    expect(stderr).toMatch(/lost\.yaml:5:\d+: models\.lost-model\.deployments\[0\]\.provider: /);
  });

  test('a secret that is not set is named by its variable', async () => {
    const { PROVIDER_KEY: _left, ...without } = env;
    const { code, stderr } = await runCli(['plan', '-f', 'gateway.yaml'], { folder, env: without });
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /gateway\.yaml:6:\d+: providers\..*\.apiKey: the environment variable PROVIDER_KEY is not set/,
    );
  });

  test('keys block and unblock; applying the document leaves the block', async () => {
    expect(await cli('keys', 'block', key ?? '')).toMatchObject({ code: 0 });
    await waitFor('the key to be refused', () =>
      ask().then(
        () => false,
        ({ code }: { code: string }) => code === 'api_key_blocked',
      ),
    );
    expect(await cli('plan', '-f', 'gateway.yaml')).toMatchObject({ code: 0 });
    expect((await cli('keys', 'list')).stdout).toMatch(new RegExp(`${key}\\s+blocked`));
    expect(await cli('keys', 'unblock', key ?? '')).toMatchObject({ code: 0 });
    await waitFor('the key to be taken', ask);
  });

  test('nodes and doctor tell that the node enforces the current revision', async () => {
    expect((await cli('nodes')).stdout).toMatch(/connected/);
    const doctor = await runCli(['doctor'], { folder, env: { ...env, TOLLGATE_GATEWAY_URL: stack.gatewayUrl } });
    expect(doctor).toMatchObject({ code: 0, stdout: expect.stringContaining('every connected node enforces') });
  });

  test('apply --await tells which nodes enforce the change, and after how long', async () => {
    await write(documentOf(5));
    const { code, stdout } = await cli('apply', '-f', 'gateway.yaml', '--yes', '--await', 'all');
    expect(stdout).toMatch(/1 of 1 live nodes enforce revision \d+ after \d+ ms\n {2}\S+: enforces it, after \d+ ms/);
    expect(code).toBe(0);
  });

  test('export holds no secret, only where each is read from', async () => {
    const exported = await cli('export', '--kind', 'providers', 'models', 'keys');
    expect(exported).toMatchObject({ code: 0, stderr: '' });
    expect(exported.stdout).toContain('env: PROVIDER_KEY');
  });

  test('verify proves the log of the running control plane', async () => {
    expect((await cli('verify')).stdout).toMatch(/^The log is whole and unchanged: \d+ events/);
  });

  test('a wrong admin token is said, not shown', async () => {
    const { code, stdout, stderr } = await runCli(['nodes'], {
      folder,
      env: { ...env, TOLLGATE_ADMIN_TOKEN: 'wrong-token-0123456789' },
    });
    expect(code).toBe(1);
    expect(stderr).toMatch(/token/i);
    expect(stdout + stderr).not.toContain('wrong-token-0123456789');
  });
});
