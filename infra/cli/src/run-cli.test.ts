import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type FakeControlPlane, type GraphqlRequest, startFakeControlPlane } from './testing/fake-control-plane.ts';
import { commit, DOCUMENT, data, node, plan, planThenCommit, SECRET, TOKEN } from './testing/fixtures.ts';
import { type Ended, runInProcess } from './testing/run-in-process.ts';

let folder = '';
let file = '';
let server: FakeControlPlane | undefined;
const outputs: string[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tollgate-cli-'));
  file = join(folder, 'doc.yaml');
  await writeFile(file, DOCUMENT);
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
  const ended = await runInProcess(args, {
    input,
    environment: { TOLLGATE_URL: server.url, TOLLGATE_ADMIN_TOKEN: TOKEN, OPENAI_API_KEY: SECRET, ...environment },
  });
  outputs.push(ended.stdout, ended.stderr);
  return ended;
}

describe('plan', () => {
  it('prints JSON on demand, with the same exit code', async () => {
    const ended = await tollgate(['plan', '-f', file, '--json'], data({ planChangeSet: plan() }));
    expect(ended.code).toBe(2);
    expect(JSON.parse(ended.stdout)).toMatchObject({ revision: 17, problems: [], entries: [{ kind: 'provider' }, {}] });
  });

  it('names the place of a secret that is not set, and sends nothing', async () => {
    const ended = await tollgate(['plan', '-f', file], data({}), { OPENAI_API_KEY: '' });
    expect(ended.code).toBe(1);
    expect(ended.stderr).toBe(
      `error: ${file}:3:35: providers.openai.apiKey: the environment variable OPENAI_API_KEY is empty\n1 problem\n`,
    );
    expect(server?.requests).toEqual([]);
  });

  it('hides a secret that the control plane repeats', async () => {
    const ended = await tollgate(['plan', '-f', file], () => ({
      status: 400,
      body: { errors: [{ message: `got invalid value "${SECRET}"`, extensions: { code: 'BAD_USER_INPUT' } }] },
    }));
    expect(ended.code).toBe(1);
    expect(ended.stderr).toBe('error: the control plane refused: got invalid value "(secret)" (BAD_USER_INPUT)\n');
  });
});

describe('apply', () => {
  it('commits nothing when there is nothing to change', async () => {
    const ended = await tollgate(['apply', '-f', file], planThenCommit(plan({ entries: [] }), commit()));
    expect(ended).toEqual({ code: 0, stderr: '', stdout: 'No changes (revision 17)\n' });
    expect(server?.requests.map(({ operation }) => operation)).toEqual(['Plan']);
  });

  it('exits 1 if the commit is refused', async () => {
    const problems = [
      { code: 'stale_revision', message: 'current is 18', kind: null, name: null, path: null, since: null },
    ];
    const refused = commit({ committed: false, problems });
    const ended = await tollgate(['apply', '-f', file, '--yes'], planThenCommit(plan(), refused));
    expect(ended).toMatchObject({ code: 1, stderr: 'error: current is 18\n1 problem\n' });
  });

  it('sends a commit whose answer was lost once more under the same key, and says that secrets are lost with it', async () => {
    let commits = 0;
    const ended = await tollgate(['apply', '-f', file, '--yes'], ({ operation }) => {
      if (operation === 'Plan') return { body: { data: { planChangeSet: plan() } } };
      commits += 1;
      return commits === 1
        ? { status: 502, body: '' }
        : { body: { data: { commitChangeSet: commit({ replayed: true }) } } };
    });
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    expect(ended.stdout).toContain('`tollgate keys rotate` makes new ones');
    const keys = server?.requests.slice(1).map(({ variables }) => variables['input'] as object);
    expect(keys).toHaveLength(2);
    expect(keys?.[0]).toEqual(keys?.[1]);
    expect(keys?.[0]).toHaveProperty('idempotencyKey');
  });

  it('says that the outcome is not known if the answer to the commit is lost', async () => {
    const ended = await tollgate(['apply', '-f', file, '--yes'], ({ operation }) =>
      operation === 'Plan' ? { body: { data: { planChangeSet: plan() } } } : { status: 502, body: 'bad gateway' },
    );
    expect(ended.code).toBe(1);
    expect(ended.stderr).toContain('Whether the changes were made is not known');
  });

  it('refuses --json without --yes', async () => {
    const ended = await tollgate(['apply', '-f', file, '--json'], data({}));
    expect(ended).toMatchObject({ code: 1, stdout: '' });
    expect(server?.requests).toEqual([]);
  });
});

describe('what keeps a command from its answer is said with what to do', () => {
  it('a wrong token', async () => {
    const ended = await tollgate(['nodes'], () => ({ status: 401, body: { errors: [{ message: 'no' }] } }));
    expect(ended).toMatchObject({ code: 1, stdout: '' });
    expect(ended.stderr).toContain('set TOLLGATE_ADMIN_TOKEN to the right one');
  });

  it('no token', async () => {
    const ended = await tollgate(['nodes'], data({}), { TOLLGATE_ADMIN_TOKEN: '' });
    expect(ended.stderr).toContain('TOLLGATE_ADMIN_TOKEN is not set');
  });

  it('nobody listening', async () => {
    const gone = await startFakeControlPlane(data({}));
    await gone.close();
    const ended = await tollgate(['nodes'], data({}), { TOLLGATE_URL: gone.url });
    expect(ended.stderr).toBe(
      `error: cannot reach the control plane at ${gone.url} (ECONNREFUSED): is it running there? TOLLGATE_URL says where to look\n`,
    );
  });

  it('an answer of another server', async () => {
    const ended = await tollgate(['nodes'], () => ({ body: '<html>' }));
    expect(ended.stderr).toContain('is TOLLGATE_URL right?');
  });

  it('an answer of another version', async () => {
    const ended = await tollgate(['nodes'], data({ nodes: 'many' }));
    expect(ended.stderr).toContain('are both of the same version?');
  });

  it('a file that is not there', async () => {
    const ended = await tollgate(['validate', '-f', join(folder, 'none.yaml')], data({}));
    expect(ended).toEqual({
      code: 1,
      stdout: '',
      stderr: `error: cannot read ${join(folder, 'none.yaml')} (ENOENT)\n`,
    });
  });
});

describe('the other commands', () => {
  it('schema prints JSON', async () => {
    const ended = await runInProcess(['schema']);
    expect(JSON.parse(ended.stdout)).toMatchObject({ title: 'Tollgate config document' });
  });

  it('nodes lists each node with its revision, how far it is behind, and why', async () => {
    const behind = node({
      nodeId: 'n2',
      state: 'DISCONNECTED',
      revision: 14,
      lag: 3,
      lagMs: 4_200,
      lastError: 'disk full',
    });
    const ended = await tollgate(['nodes'], data({ revision: 17, nodes: [node(), behind] }));
    expect(ended.stdout.split('\n').map((line) => line.split(/ {2,}/))).toEqual([
      ['NODE', 'ADDRESS', 'STATE', 'SINCE', 'REVISION', 'BEHIND', 'ACKNOWLEDGED', 'LAST ERROR'],
      ['n1', 'http://a', 'connected', node().stateSince, '17', '-', node().acknowledgedAt],
      [
        'n2',
        'http://a',
        'disconnected',
        node().stateSince,
        '14',
        '3 revisions, 4 s',
        node().acknowledgedAt,
        'disk full',
      ],
      [''],
      ['The current revision is 17'],
      [''],
    ]);
  });

  it('keys list follows the pages up to the limit', async () => {
    const key = { team: null, models: null, expiresAt: null, blocked: true, tags: ['a'], revision: 3 };
    const page = ({ variables }: GraphqlRequest) => {
      const edges = [{ node: { ...key, name: variables['after'] === null ? 'k1' : 'k2' } }];
      return { body: { data: { virtualKeys: { edges, pageInfo: { hasNextPage: true, endCursor: 'c' } } } } };
    };
    const ended = await tollgate(['keys', 'list', '--limit', '2'], page);
    expect(ended.stdout).toBe(
      'KEY  STATE    TEAM  MODELS  EXPIRES  TAGS\nk1   blocked  -     -       never    a\nk2   blocked  -     -       never    a\n',
    );
    expect(ended.stderr).toBe('There are more than 2 keys; --limit shows more of them\n');
    expect(server?.requests.map(({ variables }) => variables)).toEqual([
      { first: 2, after: null },
      { first: 1, after: 'c' },
    ]);
  });

  it('keys block says whether it changed anything', async () => {
    const blocked = await tollgate(['keys', 'block', 'k'], data({ commitChangeSet: commit() }));
    expect(blocked).toMatchObject({ code: 0, stdout: 'key k is blocked now (revision 18)\n' });
    expect(server?.requests[0]).toMatchObject({
      operation: 'Commit',
      variables: { input: { changes: [{ blockVirtualKey: { name: 'k' } }], source: 'CLI' } },
    });
    await server?.close();
    const again = await tollgate(
      ['keys', 'block', 'k'],
      data({ commitChangeSet: commit({ committed: false, revision: 18 }) }),
    );
    expect(again.stdout).toBe('key k was blocked already (revision 18)\n');
  });

  it('keys unblock of a key that is not there exits 1', async () => {
    const problems = [
      { code: 'not_found', message: 'there is no key k', kind: 'VIRTUAL_KEY', name: 'k', path: null, since: null },
    ];
    const ended = await tollgate(
      ['keys', 'unblock', 'k'],
      data({ commitChangeSet: commit({ committed: false, problems }) }),
    );
    expect(ended).toMatchObject({ code: 1, stdout: '', stderr: 'error: there is no key k\n1 problem\n' });
  });

  it('doctor finds a fleet that is well', async () => {
    const gateway = await startFakeControlPlane(data({}));
    const answer = data({ revision: 5, nodes: [node({ revision: 5 })] });
    const ended = await tollgate(['doctor'], answer, { TOLLGATE_GATEWAY_URL: gateway.url });
    await gateway.close();
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    expect(ended.stdout.match(/^ok/gm)).toHaveLength(5);
  });

  it('doctor exits 1 and advises if the gateway is away', async () => {
    const gateway = await startFakeControlPlane(data({}));
    await gateway.close();
    const answer = data({ revision: 5, nodes: [] });
    const ended = await tollgate(['doctor'], answer, { TOLLGATE_GATEWAY_URL: gateway.url });
    expect(ended.code).toBe(1);
    expect(ended.stdout).toContain(`problem gateway: not reachable at ${gateway.url} (ECONNREFUSED)`);
    expect(ended.stdout).toContain('problem nodes: none is connected');
  });
});

it('no output of all of these held the admin token or a provider secret', () => {
  expect(outputs.length).toBeGreaterThanOrEqual(40);
  for (const output of outputs) {
    expect(output).not.toContain(TOKEN);
    expect(output).not.toContain(SECRET);
  }
});
