import { expect, test } from 'vitest';
import { callerOf, commitAs, startTenantPlane } from '../../test-support/test-callers.ts';
import type { GraphQLAnswer } from '../../test-support/test-plane.ts';

const PROPOSE = `mutation ($input: ProposeDraftInput!) {
  proposeDraft(input: $input) { draft { id status } problems { code message } plan { approvals { count rules } entries { name } } }
}`;
const REVIEW = `query ($id: String!) {
  reviewDraft(id: $id) { draft { title status proposedBy approvals { approver } } plan { entries { action name } problems { code } } }
}`;
const LIST = '{ drafts { edges { node { id } } pageInfo { hasNextPage } } }';
const act = (name: string) =>
  `mutation ($id: String!) { ${name}(id: $id) { draft { status approvals { approver } } problems { code } } }`;
const HISTORY = `{ entityHistory(kind: TEAM, name: "acme-search", first: 1) {
  edges { node { actor reason proposedBy approvedBy approvalOverridden } } } }`;
const COMMIT_TOLD =
  'mutation ($id: String!) { commitDraft(id: $id) { problems { code message kind name } entries { name } } }';
const COMMIT = 'mutation ($id: String!) { commitDraft(id: $id) { committed problems { code } } }';

function first({ data, errors }: GraphQLAnswer): Record<string, unknown> {
  expect(errors).toEqual([]);
  return Object.values(data)[0] as unknown as Record<string, unknown>;
}

const changeSet = {
  changes: [{ putTeam: { name: 'acme-search', spec: { organization: 'acme', models: ['small'] } } }],
};

async function setUp() {
  const { plane, signIn } = await startTenantPlane();
  const rule = { putApprovalRule: { name: 'acme', spec: { organization: 'acme', kinds: ['team'] } } };
  const commit = 'mutation ($input: ChangeSetInput!) { commitChangeSet(input: $input) { committed } }';
  expect(first(await plane.ask(commit, { input: { changes: [rule] } }))).toEqual({ committed: true });
  return { plane, boss: await signIn('acme-boss'), stranger: await signIn('globex-boss') };
}

test('an organization admin proposes, another admin reviews and approves, and it is committed', async () => {
  const { plane, boss } = await setUp();
  const proposed = first(await boss(PROPOSE, { input: { title: 'narrow the models', changeSet } }));
  expect(proposed).toMatchObject({
    draft: { status: 'OPEN' },
    problems: [],
    plan: { approvals: { count: 1, rules: ['acme'] }, entries: [{ name: 'acme-search' }] },
  });
  const { id } = proposed['draft'] as { id: string };
  expect(first(await boss(COMMIT, { id }))).toEqual({ committed: false, problems: [{ code: 'approval_required' }] });
  expect(first(await boss(act('approveDraft'), { id }))).toMatchObject({ problems: [{ code: 'forbidden' }] });
  expect(first(await plane.ask(REVIEW, { id }))).toEqual({
    draft: { title: 'narrow the models', status: 'OPEN', proposedBy: 'user:acme-boss', approvals: [] },
    plan: { entries: [{ action: 'UPDATE', name: 'acme-search' }], problems: [{ code: 'approval_required' }] },
  });
  expect(first(await plane.ask(act('approveDraft'), { id }))).toEqual({
    draft: { status: 'OPEN', approvals: [{ approver: 'admin' }] },
    problems: [],
  });
  expect(first(await boss(COMMIT, { id }))).toEqual({ committed: true, problems: [] });
  expect(first(await boss(HISTORY))).toMatchObject({
    edges: [{ node: { proposedBy: 'user:acme-boss', approvedBy: ['admin'], approvalOverridden: false } }],
  });
});

test('that the admin token went without an approval is in the history', async () => {
  const { plane, boss } = await setUp();
  const input = { ...changeSet, overrideApproval: true, reason: 'nobody else is there' };
  const commit = 'mutation ($input: ChangeSetInput!) { commitChangeSet(input: $input) { committed } }';
  expect(first(await plane.ask(commit, { input }))).toEqual({ committed: true });
  expect(first(await boss(HISTORY))).toMatchObject({
    edges: [{ node: { actor: 'admin', reason: 'nobody else is there', approvalOverridden: true } }],
  });
});

test('nobody of another tenant sees a draft, lists it, or does anything to it, open or closed', async () => {
  const { plane, boss, stranger } = await setUp();
  const ids: string[] = [];
  for (const title of ['first', 'second', 'third']) {
    const proposed = first(await boss(PROPOSE, { input: { title, changeSet } }));
    ids.push((proposed['draft'] as { id: string }).id);
  }
  const [open = '', discarded = '', committed = ''] = ids;
  await boss(act('discardDraft'), { id: discarded });
  await plane.ask(act('approveDraft'), { id: committed });
  expect(first(await boss(COMMIT, { id: committed }))).toEqual({ committed: true, problems: [] });
  const absent = first(await stranger(COMMIT, { id: 'absent' }));
  expect(absent).toEqual({ committed: false, problems: [{ code: 'not_found' }] });
  for (const id of [open, discarded, committed]) {
    expect((await stranger(REVIEW, { id })).data).toEqual({ reviewDraft: null });
    for (const name of ['approveDraft', 'rebaseDraft', 'discardDraft']) {
      expect(first(await stranger(act(name), { id }))).toEqual({ draft: null, problems: [{ code: 'not_found' }] });
    }
    expect(first(await stranger(COMMIT, { id }))).toEqual(absent);
  }
  for (const page of [1, 2, 50]) {
    const list = `{ drafts(first: ${page}) { edges { node { id } } pageInfo { hasNextPage endCursor startCursor } } }`;
    expect(first(await stranger(list))).toEqual({
      edges: [],
      pageInfo: { hasNextPage: false, endCursor: null, startCursor: null },
    });
  }
  expect(first(await boss(LIST))).toMatchObject({
    edges: [committed, discarded, open].map((id) => ({ node: { id } })),
    pageInfo: { hasNextPage: false },
  });
});

test('what is answered about a draft names nothing that its reader may not see', async () => {
  const { plane, boss } = await setUp();
  const lead = await callerOf(plane, 'acme-lead');
  const rule = { trigger: 'SLOW_CALLS', longerThan: '30s', scope: { key: 'acme-key' }, webhooks: ['pager'] };
  await commitAs(plane.ask, [{ putAlertRule: { name: 'watching', spec: rule } }]);
  const cascade = { changes: [{ delete: { kind: 'VIRTUAL_KEY', name: 'acme-key', cascade: true } }] };
  const proposed = first(await plane.ask(PROPOSE, { input: { title: 'drop the key', changeSet: cascade } }));
  const { id } = proposed['draft'] as { id: string };
  expect((await boss(REVIEW, { id })).data).toEqual({ reviewDraft: null });
  const mixed = {
    changes: [...changeSet.changes, { putTeam: { name: 'globex-search', spec: { organization: 'globex' } } }],
  };
  const both = first(await plane.ask(PROPOSE, { input: { title: 'both tenants', changeSet: mixed } }));
  for (const ask of [boss, lead]) {
    expect(first(await ask(LIST))).toMatchObject({ edges: [] });
    const answers = [
      await ask(COMMIT_TOLD, { id }),
      await ask(COMMIT_TOLD, { id: (both['draft'] as { id: string }).id }),
    ];
    expect(JSON.stringify(answers)).not.toMatch(/watching|globex|acme-key|acme-search/);
  }
});

test('who reads everything sees every draft, and is told why he cannot act on it', async () => {
  const { plane, boss } = await setUp();
  const auditor = await callerOf(plane, 'auditor');
  const proposed = first(await boss(PROPOSE, { input: { title: 'narrow the models', changeSet } }));
  const { id } = proposed['draft'] as { id: string };
  expect(first(await auditor(REVIEW, { id }))).toMatchObject({ draft: { title: 'narrow the models' } });
  for (const name of ['approveDraft', 'rebaseDraft', 'discardDraft']) {
    expect(first(await auditor(act(name), { id }))).toMatchObject({
      draft: { status: 'OPEN' },
      problems: [{ code: 'forbidden' }],
    });
  }
  expect(first(await auditor(COMMIT, { id }))).toEqual({ committed: false, problems: [{ code: 'forbidden' }] });
});

test('who may not roll back may not propose to, and a proposal is exactly one thing', async () => {
  const { boss } = await setUp();
  const rollback = { to: { revision: 0 } };
  const answers = [
    await boss(PROPOSE, { input: { title: 'x', rollback } }),
    await boss(PROPOSE, { input: { title: 'x', rollback, changeSet } }),
    await boss(PROPOSE, { input: { title: 'x' } }),
  ];
  expect(answers.map(({ errors }) => errors[0]?.extensions.code)).toEqual([
    'FORBIDDEN',
    'BAD_USER_INPUT',
    'BAD_USER_INPUT',
  ]);
});
