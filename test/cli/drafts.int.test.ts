import { expect, test } from 'vitest';
import { startCliPlane } from './cli-plane.ts';

const SECRET = 'sk-provider-0123456789';
const DOCUMENT = `tollgate: 1
owner: gateway
providers:
  openai: { type: openai, apiKey: { env: OPENAI_API_KEY } }
teams:
  search: { models: [gpt] }
serviceAccounts:
  reviewer: {}
roleBindings:
  reviewer: { subject: { serviceAccount: reviewer }, role: platform-admin, on: { platform: true } }
approvalRules:
  teams: { kinds: [team], approvals: 1 }
`;
const narrowed = DOCUMENT.replace('models: [gpt]', 'models: []');
const ID = /draft ([0-9a-f-]{36})/;

/** A control plane where changes of teams need an approval, and the command as its admin and as a reviewer. */
async function given() {
  const plane = await startCliPlane();
  plane.environment['OPENAI_API_KEY'] = SECRET;
  const file = await plane.write('gateway.yaml', DOCUMENT);
  expect(await plane.cli('apply', '-f', file, '--yes')).toMatchObject({ code: 0 });
  const issue =
    'mutation { issueServiceToken(serviceAccount: "reviewer", scopes: [CONFIG_READ, CONFIG_WRITE]) { token } }';
  const { issueServiceToken } = await plane.graphql<{ issueServiceToken: { token: string } }>(issue);
  const admin = plane.environment['TOLLGATE_ADMIN_TOKEN'] ?? '';
  const asReviewer = async (...args: readonly string[]) => {
    plane.environment['TOLLGATE_ADMIN_TOKEN'] = issueServiceToken.token;
    const ended = await plane.cli(...args);
    plane.environment['TOLLGATE_ADMIN_TOKEN'] = admin;
    return ended;
  };
  await plane.write('gateway.yaml', narrowed);
  const propose = async (...more: readonly string[]) => {
    const proposed = await plane.cli('draft', 'propose', '-f', file, '-t', 'narrow search', ...more);
    return { ...proposed, id: ID.exec(proposed.stdout)?.[1] ?? '' };
  };
  return { ...plane, file, asReviewer, propose };
}

test('what needs an approval is planned, not applied, proposed, approved by somebody else and committed', async () => {
  const { cli, file, asReviewer, propose } = await given();
  const planned = await cli('plan', '-f', file);
  expect(planned).toMatchObject({ code: 2, stdout: expect.stringContaining('~ team search') });
  expect(planned.stdout).toContain('Needs 1 approval by others than who proposes it (approval rule teams)');
  const applied = await cli('apply', '-f', file, '--yes');
  expect(applied).toMatchObject({ code: 1, stdout: planned.stdout });
  expect(applied.stderr).toContain('`tollgate draft propose` proposes it for others to approve');

  const { id, ...proposed } = await propose();
  expect(proposed).toMatchObject({ code: 0, stderr: '', stdout: expect.stringContaining('models: ["gpt"] → []') });
  expect(await cli('plan', '-f', file)).toMatchObject({ code: 2 });
  expect((await cli('draft', 'list')).stdout).toMatch(new RegExp(`${id}\\s+open\\s+narrow search\\s+admin\\s`));

  const early = await cli('draft', 'commit', id, '--yes');
  expect(early).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('1 approval by others than who proposes it is asked for by approval rule teams'),
  });
  const own = await cli('draft', 'approve', id, '--yes');
  expect(own).toMatchObject({ code: 1, stderr: expect.stringContaining('who proposes a draft does not approve it') });

  const approved = await asReviewer('draft', 'approve', id, '--yes');
  expect(approved).toMatchObject({ code: 0, stderr: '' });
  expect(approved.stdout).toContain('~ team search');
  expect(approved.stdout).toContain(`draft ${id} (narrow search) is approved by 1`);
  const shown = await cli('draft', 'show', id);
  expect(shown).toMatchObject({ code: 0, stderr: '' });
  expect(shown.stdout).toMatch(/proposed by admin \(cli\) at .*, based on revision \d+/);
  expect(shown.stdout).toContain('approved by service-account:reviewer at ');
  expect(shown.stdout).toContain('~ team search\n  models: ["gpt"] → []');

  const committed = await cli('draft', 'commit', id, '--yes');
  expect(committed).toMatchObject({ code: 0, stderr: '' });
  expect(committed.stdout).toMatch(/Applied as revision \d+/);
  expect(await cli('plan', '-f', file)).toMatchObject({ code: 0 });
  expect((await cli('history', 'team', 'search')).stdout).toContain('because: narrow search');
  expect((await cli('draft', 'show', id)).stdout).toMatch(/committed as revision \d+ by admin at /);
  expect((await cli('draft', 'commit', id, '--yes')).stderr).toContain(`draft ${id} is closed: committed as revision`);
});

test('a draft holds only what would change, so what was changed elsewhere is in nobody’s way', async () => {
  const { cli, file, propose, write, asReviewer } = await given();
  const { id } = await propose();
  const other = 'tollgate: 1\nserviceAccounts: { reviewer: { description: elsewhere } }';
  expect(await cli('apply', '-f', await write('other.yaml', other), '--yes')).toMatchObject({ code: 0 });
  expect(await asReviewer('draft', 'approve', id, '--yes')).toMatchObject({ code: 0 });
  expect(await cli('draft', 'commit', id, '--yes')).toMatchObject({ code: 0 });
  expect((await cli('plan', '-f', file)).stderr).toContain('service account reviewer is owned by cli');
});

test('a conflict is shown, refuses the commit, and a rebase goes over it without the approvals', async () => {
  const { cli, propose, write, asReviewer } = await given();
  const { id } = await propose();
  expect(await asReviewer('draft', 'approve', id, '--yes')).toMatchObject({ code: 0 });
  const theirs = await write('theirs.yaml', 'tollgate: 1\nteams: { search: { models: [gpt, "x/*"] } }');
  const proposed = await cli('draft', 'propose', '-f', theirs, '-t', 'widen search', '--json');
  const { draft } = JSON.parse(proposed.stdout) as { draft: { id: string } };
  const overridden = await cli('draft', 'commit', draft.id, '--override-approval', '--reason', 'an outage', '--yes');
  expect(overridden).toMatchObject({ code: 0, stderr: '' });

  const shown = await cli('draft', 'show', id);
  expect(shown).toMatchObject({ code: 0, stderr: expect.stringContaining('since then: models: ["gpt"] →') });
  expect(await cli('draft', 'commit', id, '--yes')).toMatchObject({ code: 1 });
  expect((await cli('draft', 'rebase', id)).stdout).toMatch(/is based on revision \d+ now/);
  expect((await cli('draft', 'show', id)).stderr).not.toContain('since then');
  expect((await cli('draft', 'commit', id, '--yes')).stderr).toContain('1 approval by others');
});

test('a saved plan and a rollback can be proposed, and a draft be discarded', async () => {
  const { cli, file, path } = await given();
  expect(await cli('plan', '-f', file, '--out', path('plan.json'))).toMatchObject({ code: 2 });
  const saved = await cli('draft', 'propose', path('plan.json'), '-t', 'as planned');
  expect(saved).toMatchObject({ code: 0, stderr: '', stdout: expect.stringContaining('~ team search') });
  const back = await cli('draft', 'propose', '--rollback', '0', '--only', 'team/search', '-t', 'without it');
  expect(back).toMatchObject({ code: 0, stderr: '', stdout: expect.stringContaining('- team search') });
  const id = ID.exec(back.stdout)?.[1] ?? '';
  expect(await cli('draft', 'discard', id)).toMatchObject({ code: 1, stderr: expect.stringContaining('Give --yes') });
  expect(await cli('draft', 'discard', id, '--yes')).toMatchObject({ code: 0, stderr: '' });
  expect((await cli('draft', 'list')).stdout).not.toContain(id);
  expect((await cli('draft', 'list', '--status', 'discarded')).stdout).toMatch(new RegExp(`${id}\\s+discarded`));
  const all = JSON.parse((await cli('draft', 'list', '--status', 'all', '--json')).stdout) as object;
  expect(all).toMatchObject({
    hasMore: false,
    drafts: [{ status: 'discarded' }, { status: 'open', title: 'as planned' }],
  });
});

test('what cannot be proposed is refused with its line, and nothing is proposed twice or in part', async () => {
  const { cli, file, path, write } = await given();
  const wrong = await write('wrong.yaml', 'tollgate: 1\nkeys:\n  k: { team: none }');
  const refused = await cli('draft', 'propose', '-f', wrong, '-t', 'x');
  expect(refused).toMatchObject({ code: 1, stdout: '' });
  expect(refused.stderr).toMatch(/wrong\.yaml:3:\d+: keys\.k\.team: there is no team named none/);
  const nothing = await cli('draft', 'propose', '--rollback', '1', '--only', 'provider/none', '-t', 'x');
  expect(nothing).toMatchObject({ code: 1 });
  for (const [args, message] of [
    [['-t', 'x'], 'say what to propose'],
    [['-f', file, '--rollback', '1', '-t', 'x'], 'say what to propose'],
    [['-f', file, '--only', 'team/search', '-t', 'x'], '--only belongs to --rollback'],
    [['--rollback', '1', '--prune', '-t', 'x'], 'belong to -f FILE'],
    [['-f', file], 'required option'],
    [[path('none.json'), '-t', 'x'], 'none.json'],
  ] as const) {
    const ended = await cli('draft', 'propose', ...args);
    expect(ended).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining(message) });
  }
  expect((await cli('draft', 'list', '--status', 'all')).stdout).toBe('No drafts\n');
  expect((await cli('draft', 'show', 'none')).stderr).toContain('there is no draft none');
});
