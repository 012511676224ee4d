import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type FakeControlPlane, type GraphqlRequest, startFakeControlPlane } from './testing/fake-control-plane.ts';
import { commit, DOCUMENT, data, plan, planThenCommit, SECRET, TOKEN } from './testing/fixtures.ts';
import { type Ended, runProcess } from './testing/run-process.ts';

/** A process starts in a fraction of this; the machine may be busy. */
const PROCESS_TIMEOUT_MS = 30_000;
const ISSUED = 'sk-tg-issued-once';

let folder = '';
let server: FakeControlPlane | undefined;
const outputs: string[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tollgate-cli-'));
  await writeFile(join(folder, 'doc.yaml'), DOCUMENT);
});
afterEach(async () => {
  await server?.close();
  server = undefined;
});
afterAll(async () => rm(folder, { recursive: true }));

/** Starts a control plane that answers so, and runs the command against it. */
async function tollgate(
  args: readonly string[],
  answer: (request: GraphqlRequest) => { status?: number; body: unknown },
  environment: Record<string, string> = {},
  input = '',
): Promise<Ended> {
  server = await startFakeControlPlane(answer);
  const ended = await runProcess(args, {
    folder,
    input,
    environment: { TOLLGATE_URL: server.url, TOLLGATE_ADMIN_TOKEN: TOKEN, OPENAI_API_KEY: SECRET, ...environment },
  });
  outputs.push(ended.stdout, ended.stderr);
  return ended;
}

describe('plan as a process', { timeout: PROCESS_TIMEOUT_MS }, () => {
  it('draws the changes and exits 2', async () => {
    const ended = await tollgate(['plan', '-f', 'doc.yaml'], data({ planChangeSet: plan() }));
    expect(ended).toEqual({
      code: 2,
      stderr: '',
      stdout: [
        '+ provider openai',
        '  apiKey: (secret)',
        '~ model gpt-4.1',
        '  deployments[0].weight: 1 → 3',
        '  owned by cli since 2026-12-31T00:00:00.000Z, revision 2; changed by admin (cli) at 2027-01-01T00:00:00.000Z, revision 3',
        '',
        '1 to create, 1 to change, 0 to delete (revision 17)',
        '',
      ].join('\n'),
    });
    expect(server?.requests).toEqual([
      {
        operation: 'Plan',
        authorization: `Bearer ${TOKEN}`,
        variables: {
          input: {
            source: 'CLI',
            changes: [
              {
                put: {
                  kind: 'PROVIDER',
                  name: 'openai',
                  spec: { type: 'openai', apiKey: { value: SECRET, ref: { env: 'OPENAI_API_KEY' } } },
                },
              },
              {
                put: {
                  kind: 'MODEL',
                  name: 'gpt-4.1',
                  spec: { deployments: [{ provider: 'openai', model: 'gpt-4.1' }] },
                },
              },
              { put: { kind: 'VIRTUAL_KEY', name: 'search', spec: {} } },
            ],
          },
        },
      },
    ]);
  });

  it('exits 0 when nothing would change', async () => {
    const ended = await tollgate(['plan', '-f', 'doc.yaml'], data({ planChangeSet: plan({ entries: [] }) }));
    expect(ended).toEqual({ code: 0, stderr: '', stdout: 'No changes (revision 17)\n' });
  });

  it('maps a problem of the control plane to the line that declares it, and exits 1', async () => {
    const problems = [
      {
        code: 'unknown_reference',
        message: 'there is no provider openai',
        kind: 'MODEL',
        name: 'gpt-4.1',
        path: 'deployments[0].provider',
        since: null,
      },
      { code: 'stale_revision', message: 'current is 18', kind: null, name: null, path: null, since: null },
    ];
    const ended = await tollgate(['plan', '-f', 'doc.yaml'], data({ planChangeSet: plan({ problems }) }));
    expect(ended).toEqual({
      code: 1,
      stdout: '',
      stderr:
        'error: doc.yaml:7:21: models.gpt-4.1.deployments[0].provider: there is no provider openai\n' +
        'error: current is 18\n2 problems\n',
    });
  });
});

describe('apply as a process', { timeout: PROCESS_TIMEOUT_MS }, () => {
  it('does not commit when nobody is there to be asked', async () => {
    const ended = await tollgate(['apply', '-f', 'doc.yaml'], planThenCommit(plan(), commit()), {}, 'y\n');
    expect(ended.code).toBe(1);
    expect(ended.stderr).toContain('--yes');
    expect(server?.requests.map(({ operation }) => operation)).toEqual(['Plan']);
  });

  it('commits with --yes on the revision of its plan, and prints the revision and each issued secret once', async () => {
    const issuedSecrets = [{ name: 'search', secret: ISSUED }];
    const args = ['apply', '-f', 'doc.yaml', '--yes', '--reason', 'more weight'];
    const ended = await tollgate(args, planThenCommit(plan(), commit({ issuedSecrets })));
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    expect(ended.stdout.split('\n').slice(-4)).toEqual([
      '1 to create, 1 to change, 0 to delete (revision 17)',
      'Applied as revision 18',
      `The secret of key search, shown only this once: ${ISSUED}`,
      '',
    ]);
    expect(ended.stdout.split(ISSUED)).toHaveLength(2);
    expect(server?.requests[1]).toMatchObject({
      operation: 'Commit',
      variables: { input: { unchangedSince: 17, reason: 'more weight', source: 'CLI' } },
    });
  });
});

describe('validate as a process', { timeout: PROCESS_TIMEOUT_MS }, () => {
  it('validate works without a control plane and without secrets', async () => {
    const ended = await runProcess(['validate', '-f', 'doc.yaml'], { folder });
    expect(ended).toEqual({ code: 0, stdout: 'The document is valid; entities: 3\n', stderr: '' });
  });
});

it('no output of all of these held the admin token or a provider secret', () => {
  expect(outputs.length).toBeGreaterThanOrEqual(10);
  for (const output of outputs) {
    expect(output).not.toContain(TOKEN);
    expect(output).not.toContain(SECRET);
  }
});
