import { expect, test } from 'vitest';
import { startTenantPlane } from '../../test-support/test-callers.ts';
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
  const rule = { putApprovalRule: { name: 'acme', spec: { organization: 'acme' } } };
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

test('nobody of another tenant sees a draft, lists it, or does anything to it, whether it is open or closed', async () => {
  const { boss, stranger } = await setUp();
  const proposed = first(await boss(PROPOSE, { input: { title: 'narrow the models', changeSet } }));
  const { id } = proposed['draft'] as { id: string };
  expect(first(await stranger(LIST))).toEqual({ edges: [], pageInfo: { hasNextPage: false } });
  expect((await stranger(REVIEW, { id })).data).toEqual({ reviewDraft: null });
  const findsNone = async () => {
    for (const name of ['approveDraft', 'rebaseDraft', 'discardDraft'])
      expect(first(await stranger(act(name), { id }))).toEqual({ draft: null, problems: [{ code: 'not_found' }] });
    expect(first(await stranger(COMMIT, { id }))).toEqual({ committed: false, problems: [{ code: 'not_found' }] });
  };
  await findsNone();
  expect(first(await boss(LIST))).toMatchObject({ edges: [{ node: { id } }] });
  expect(first(await boss(act('discardDraft'), { id }))).toMatchObject({ draft: { status: 'DISCARDED' } });
  await findsNone();
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
