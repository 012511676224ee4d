import { expect, test } from 'vitest';
import { type GraphqlRequest, startFakeControlPlane } from '../testing/fake-control-plane.ts';
import { commit, plan, TOKEN } from '../testing/fixtures.ts';
import { runInProcess } from '../testing/run-in-process.ts';

const draft = {
  id: 'd1',
  title: 'more',
  proposedBy: 'ada',
  source: 'cli',
  proposedAt: '2027-01-01T00:00:00.000Z',
  expiresAt: '2027-01-08T00:00:00.000Z',
  baseRevision: 16,
  status: 'OPEN',
  closedBy: null,
  closedAt: null,
  revision: null,
  approvals: [],
};
const review = { reviewDraft: { draft, plan: plan() } };

/** Runs a command of drafts as if somebody sat at a terminal and typed this, against a control plane with one open draft. */
async function run(args: readonly string[], answers: Readonly<Record<string, object>> = {}, input = '') {
  const sent: GraphqlRequest[] = [];
  const server = await startFakeControlPlane((request) => {
    sent.push(request);
    const answer = { Review: review, ...answers }[request.operation];
    return answer ? { body: { data: answer } } : { status: 502, body: '' };
  });
  const environment = { TOLLGATE_URL: server.url, TOLLGATE_ADMIN_TOKEN: TOKEN };
  const ended = await runInProcess(['draft', ...args], { input, isTerminal: true, environment });
  await server.close();
  return { ...ended, sent: sent.map(({ operation, variables }) => [operation, variables]) };
}

const approved = { approveDraft: { draft: { ...draft, approvals: [{ approver: 'bob', at: 'then' }] }, problems: [] } };

test('approve and commit show what the draft does, ask, and hold for the base that was shown', async () => {
  const first = await run(['approve', 'd1'], { Approve: approved }, 'y\n');
  expect(first.stderr).toContain('Approve this draft? [y/N]');
  expect(first.stdout).toMatch(/draft d1: more\n {2}proposed by ada.*~ model gpt-4\.1.*is approved by 1/s);
  expect(first.sent[1]).toEqual(['Approve', { id: 'd1', onBase: 16 }]);
  const second = await run(['commit', 'd1', '--reason', 'r'], { CommitDraft: { commitDraft: commit() } }, 'y\n');
  expect(second).toMatchObject({ code: 0, stdout: expect.stringContaining('Applied as revision 18') });
  expect(second.sent[1]).toEqual(['CommitDraft', { id: 'd1', input: { source: 'CLI', onBase: 16, reason: 'r' } }]);
});

test.each(['approve', 'commit', 'discard'])('%s does nothing after another answer than yes', async (act) => {
  const ended = await run([act, 'd1'], {}, 'n\n');
  expect(ended).toMatchObject({ code: 1, stderr: expect.stringContaining('Nothing was changed') });
  expect(ended.sent.map(([operation]) => operation)).toEqual(['Review']);
});

test.each(['approve', 'commit', 'discard'])('%s refuses --json without --yes, before it asks anything', async (act) => {
  const ended = await run([act, 'd1', '--json']);
  expect(ended).toMatchObject({ code: 1, stdout: '', sent: [] });
  expect(ended.stderr).toContain('--json needs --yes');
});

test('a commit whose answer is lost says where the outcome can be seen', async () => {
  const ended = await run(['commit', 'd1', '--yes']);
  expect(ended.code).toBe(1);
  expect(ended.stderr).toContain('Whether it was committed is not known: `tollgate draft show d1` says it');
});

test('what became of an act is printed as one JSON value, refused or not', async () => {
  const done = await run(['approve', 'd1', '--yes', '--json'], { Approve: approved });
  expect(JSON.parse(done.stdout)).toMatchObject({ draft: { id: 'd1', status: 'open' }, problems: [] });
  const problem = { code: 'forbidden', message: 'no', kind: null, name: null, path: null, since: null };
  const refused = await run(['discard', 'd1', '--yes', '--json'], {
    Discard: { discardDraft: { draft: null, problems: [problem] } },
  });
  expect(refused.code).toBe(1);
  expect(JSON.parse(refused.stdout)).toMatchObject({ problems: [{ code: 'forbidden', message: 'no' }] });
});

test('a closed draft is shown with what became of it, and not acted upon', async () => {
  const closed = { ...draft, status: 'COMMITTED', closedBy: 'bob', closedAt: 'then', revision: 18 };
  const gone = { Review: { reviewDraft: { draft: closed, plan: null } } };
  expect((await run(['show', 'd1'], gone)).stdout).toContain('\n  committed as revision 18 by bob at then\n');
  const ended = await run(['commit', 'd1', '--yes'], gone);
  expect(ended.stderr).toContain('draft d1 is closed: committed as revision 18 by bob at then; propose it anew');
});
