import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type FakeControlPlane, startFakeControlPlane } from './testing/fake-control-plane.ts';
import { runInProcess } from './testing/run-in-process.ts';

const entries = [
  {
    action: 'CREATE',
    kind: 'TEAM',
    name: 't',
    fields: [],
    cause: 'REQUESTED',
    owner: 'cli',
    notEnforced: [],
    previous: null,
  },
];
const plan = {
  revision: 1,
  entries,
  problems: [],
  effects: { affected: [], more: 0, hidden: 0, isComplete: true },
  approvals: { count: 0, rules: [] },
  namedInVain: [],
};
const commit = { ...plan, revision: 2, committed: true, issuedSecrets: [], replayed: false, propagation: null };

let folder = '';
let server: FakeControlPlane;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tollgate-apply-'));
  await writeFile(join(folder, 'doc.yaml'), 'tollgate: 1\nteams: { t: {} }\n');
  server = await startFakeControlPlane(({ operation }) => ({
    body: { data: operation === 'Plan' ? { planChangeSet: plan } : { commitChangeSet: commit } },
  }));
});
afterEach(async () => {
  await server.close();
  await rm(folder, { recursive: true });
});

/** Runs `apply` as if someone sat at a terminal, typed this and closed the input. */
async function answerWith(typed: string) {
  const environment = { TOLLGATE_URL: server.url, TOLLGATE_ADMIN_TOKEN: 'token' };
  const args = ['apply', '-f', join(folder, 'doc.yaml')];
  const { code, stderr } = await runInProcess(args, { environment, input: typed, isTerminal: true });
  return { code, asked: stderr, operations: server.requests.map(({ operation }) => operation) };
}

describe('apply at a terminal', () => {
  it.each(['y\n', 'YES\n', ' yes \n'])('commits after %j', async (typed) => {
    const { code, asked, operations } = await answerWith(typed);
    expect(code).toBe(0);
    expect(asked).toContain('Apply these changes? [y/N]');
    expect(operations).toEqual(['Plan', 'Commit']);
  });

  it.each(['n\n', '\n', 'yesterday\n', ''])('changes nothing after %j', async (typed) => {
    const { code, asked, operations } = await answerWith(typed);
    expect(code).toBe(1);
    expect(asked).toContain('Nothing was changed');
    expect(operations).toEqual(['Plan']);
  });
});
