import { createKeyring, newId } from '@tollgate/schema';
import { expect, test } from 'vitest';
import type { ChangeOrigin, ChangeSetRequest, RequestedChange } from '../change-set/change-request.ts';
import { createChangeSets } from '../change-set/change-sets.ts';
import { establishInstallationKey } from '../secrets/installation-key.ts';
import { createSecretStore } from '../secrets/secret-store.ts';
import { put, TEST_ORIGIN, TEST_SEAL_KEY } from '../test-support/fixed-ports.ts';
import { createTestDatabase } from '../test-support/test-database.ts';
import type { DraftContent, DraftStatus } from './draft.ts';
import { createDrafts } from './drafts.ts';

const DAY_MS = 86_400_000;
const ada: ChangeOrigin = { ...TEST_ORIGIN, actor: 'ada' };
const bob: ChangeOrigin = { ...TEST_ORIGIN, actor: 'bob' };
const eve: ChangeOrigin = {
  ...TEST_ORIGIN,
  actor: 'eve',
  authorize: (touches) => (touches.length === 0 ? [] : [{ code: 'forbidden', message: 'not for eve' }]),
};

async function setUp() {
  const { db } = await createTestDatabase();
  let nowMs = Date.parse('2026-12-01T00:00:00Z');
  const now = () => new Date(nowMs);
  const keyring = createKeyring(TEST_SEAL_KEY);
  const installationKey = await establishInstallationKey(db, keyring, now());
  const deps = { db, secrets: createSecretStore({ keyring, installationKey, now }), now, newId };
  const [changeSets, drafts] = [createChangeSets(deps), createDrafts(deps)];
  const commit = (...changes: RequestedChange[]) => changeSets.commit({ changes }, TEST_ORIGIN);
  const propose = async (request: ChangeSetRequest) => {
    const { draft, problems } = await drafts.propose({ title: 'more', content: { op: 'change-set', request } }, ada);
    if (!draft) throw new Error(JSON.stringify(problems));
    return draft.id;
  };
  const pass = (ms: number) => {
    nowMs += ms;
  };
  return { db, changeSets, drafts, commit, propose, pass };
}

const rule = (name: string, declaration: object) => put('approval-rule', name, declaration);
const codes = ({ problems }: { readonly problems: readonly { readonly code: string }[] }) =>
  problems.map(({ code }) => code);

test('a draft changes nothing until it is committed, and the history says who proposed and who approved it', async () => {
  const { db, drafts, propose } = await setUp();
  const id = await propose({ changes: [put('tag', 'a', {})] });
  expect(await db.selectFrom('event').selectAll().execute()).toEqual([]);
  await drafts.approve(id, bob);
  const result = await drafts.commit(id, {}, ada);
  expect(result).toMatchObject({ committed: true, revision: 1 });
  const { metadata } = await db.selectFrom('event').select('metadata').executeTakeFirstOrThrow();
  expect(metadata).toMatchObject({ actor: 'ada', reason: 'more', draftId: id, proposedBy: 'ada', approvedBy: ['bob'] });
  expect((await drafts.review(id, ada))?.draft).toMatchObject({
    status: 'committed',
    closedBy: 'ada',
    revision: 1,
  });
  expect(codes(await drafts.commit(id, {}, ada))).toEqual(['draft_closed']);
});

test('secrets in a draft are sealed at rest, and what it held is unreadable once it is closed', async () => {
  const { db, drafts, propose } = await setUp();
  const changes = [
    put('provider', 'p', { type: 'openai', apiKey: { value: 'sk-SECRET' } }),
    put('virtual-key', 'k', {}),
  ];
  const [kept, dropped] = [await propose({ changes }), await propose({ changes })];
  const tables = async () => [
    await db.selectFrom('draft').selectAll().execute(),
    await db.selectFrom('event').selectAll().execute(),
  ];
  expect(JSON.stringify(await tables())).not.toContain('SECRET');
  await drafts.discard(dropped, ada);
  expect(await drafts.commit(kept, {}, ada)).toMatchObject({ committed: true, issuedSecrets: [{ name: 'k' }] });
  const rows = await db.selectFrom('draft').select(['status', 'sealed']).orderBy('id').execute();
  expect(rows).toEqual([
    { status: 'committed', sealed: null },
    { status: 'discarded', sealed: null },
  ]);
  const owners = await db.selectFrom('data_key').select('owner').execute();
  expect(owners.filter(({ owner }) => owner.startsWith('draft:'))).toEqual([]);
  expect(JSON.stringify(await tables())).not.toContain('SECRET');
});

test('where a rule asks for it, a change is committed only as a draft that somebody else approved', async () => {
  const { changeSets, drafts, commit, propose } = await setUp();
  await commit(rule('routing', { kinds: ['tag'] }));
  const request = { changes: [put('tag', 'a', {})] };
  expect(codes(await changeSets.commit(request, ada))).toEqual(['approval_required']);
  expect(await changeSets.plan(request, ada)).toMatchObject({ approvals: { count: 1, rules: ['routing'] } });
  const id = await propose(request);
  expect(codes(await drafts.commit(id, {}, ada))).toEqual(['approval_required']);
  expect(codes(await drafts.approve(id, ada))).toEqual(['forbidden']);
  expect(codes(await drafts.approve(id, eve))).toEqual(['not_found']);
  expect(await drafts.approve(id, bob)).toMatchObject({ problems: [], draft: { approvals: [{ approver: 'bob' }] } });
  expect(await drafts.commit(id, {}, ada)).toMatchObject({ committed: true });
});

test('a rule is also about itself, of an organization about all that belongs to it, and never about acts', async () => {
  const { commit } = await setUp();
  await commit(
    put('organization', 'acme', {}),
    put('organization', 'globex', {}),
    put('team', 't', { organization: 'acme' }),
  );
  await commit(put('virtual-key', 'k', { team: 't' }), rule('acme', { organization: 'acme' }));
  expect(codes(await commit({ op: 'delete', kind: 'approval-rule', name: 'acme' }))).toEqual(['approval_required']);
  expect(codes(await commit(put('virtual-key', 'k', { team: 't', tags: ['x'] })))).toEqual(['approval_required']);
  expect(codes(await commit(put('team', 't', { organization: 'globex' })))).toEqual(['approval_required']);
  expect(codes(await commit(put('organization', 'globex', { description: 'x' })))).toEqual([]);
  expect(codes(await commit({ op: 'block', kind: 'virtual-key', name: 'k' }))).toEqual([]);
});

test('only the admin token overrides an approval, says why, and is found in the history', async () => {
  const { db, changeSets, commit } = await setUp();
  await commit(rule('all', {}));
  const request = { changes: [put('tag', 'a', {})], overrideApproval: true };
  const admin = { ...ada, mayOverrideApproval: true };
  expect(codes(await changeSets.commit({ ...request, reason: 'now' }, ada))).toEqual(['forbidden']);
  expect(codes(await changeSets.commit(request, admin))).toEqual(['invalid_declaration']);
  expect(await changeSets.commit({ ...request, reason: 'now' }, admin)).toMatchObject({ committed: true });
  const events = await db.selectFrom('event').select('metadata').orderBy('position', 'desc').execute();
  expect(events[0]?.metadata).toMatchObject({ reason: 'now', approvalOverridden: true });
});

test('what was changed since is a conflict, which a rebase goes over, without the approvals of before', async () => {
  const { drafts, commit, propose } = await setUp();
  await commit(put('tag', 'a', {}), put('tag', 'b', {}));
  const id = await propose({ changes: [put('tag', 'a', { description: 'mine' })] });
  await drafts.approve(id, bob);
  await commit(put('tag', 'b', { description: 'elsewhere' }));
  expect((await drafts.review(id, ada))?.plan?.problems).toEqual([]);
  await commit(put('tag', 'a', { description: 'theirs' }));
  expect((await drafts.review(id, ada))?.plan?.problems).toMatchObject([
    { code: 'stale_version', since: { fields: [{ path: 'description', before: null, after: '"theirs"' }] } },
  ]);
  expect(codes(await drafts.commit(id, {}, ada))).toEqual(['stale_version']);
  expect(codes(await drafts.approve(id, bob))).toEqual(['stale_version']);
  expect(await drafts.rebase(id, ada)).toMatchObject({ problems: [], draft: { approvals: [], baseRevision: 4 } });
  expect(await drafts.commit(id, {}, ada)).toMatchObject({ committed: true });
});

test('what was looked at is approved and committed on the base that it had then, or not at all', async () => {
  const { drafts, commit, propose } = await setUp();
  await commit(put('tag', 'a', {}));
  const id = await propose({ changes: [put('tag', 'a', { description: 'mine' })] });
  const onBase = (await drafts.review(id, bob))?.draft.baseRevision;
  await commit(put('tag', 'a', { description: 'theirs' }));
  await drafts.rebase(id, ada);
  expect(codes(await drafts.approve(id, bob, onBase))).toEqual(['stale_revision']);
  expect(codes(await drafts.commit(id, { ...(onBase !== undefined && { onBase }) }, bob))).toEqual(['stale_revision']);
  expect(codes(await drafts.approve(id, bob, 2))).toEqual([]);
  expect(await drafts.commit(id, { onBase: 2 }, bob)).toMatchObject({ committed: true });
});

test('drafts are listed by what became of them; one that is too old is expired, whether or not it was closed', async () => {
  const { drafts, propose, pass } = await setUp();
  const old = await propose({ changes: [put('tag', 'a', {})] });
  pass(7 * DAY_MS);
  const [discarded, open] = [
    await propose({ changes: [put('tag', 'b', {})] }),
    await propose({ changes: [put('tag', 'c', {})] }),
  ];
  await drafts.discard(discarded, ada);
  const list = async (status?: DraftStatus) => {
    const page = await drafts.list({ first: 10, status }, ada);
    return page.map(({ id }) => id);
  };
  expect(await list('expired')).toEqual([old]);
  expect(await list('discarded')).toEqual([discarded]);
  expect(await list('open')).toEqual([open]);
  pass(7 * DAY_MS);
  expect([await list('open'), await list('expired')]).toEqual([[], [open, old]]);
  expect(await list()).toHaveLength(3);
});

test('a rollback can be proposed as well', async () => {
  const { drafts, commit } = await setUp();
  await commit(put('tag', 'a', {}));
  await commit(put('tag', 'b', {}));
  const content: DraftContent = { op: 'rollback', request: { to: 1 } };
  const { draft } = await drafts.propose({ title: 'back', content }, ada);
  expect(await drafts.commit(draft?.id ?? '', {}, bob)).toMatchObject({
    committed: true,
    entries: [{ action: 'delete', name: 'b' }],
  });
});

test('what is impossible, empty or without a title is not kept', async () => {
  const { db, drafts } = await setUp();
  const propose = (title: string, ...changes: RequestedChange[]) =>
    drafts.propose({ title, content: { op: 'change-set', request: { changes } } }, ada);
  expect(codes(await propose('x', put('virtual-key', 'k', { team: 'nobody' })))).toEqual(['unknown_reference']);
  expect(codes(await propose('x'))).toEqual(['invalid_declaration']);
  expect(codes(await propose(' ', put('tag', 'a', {})))).toEqual(['invalid_declaration']);
  expect(await db.selectFrom('draft').selectAll().execute()).toEqual([]);
});

test('who may not make the changes neither finds a draft nor does anything to it; who reads everything reads it', async () => {
  const { drafts, propose } = await setUp();
  const id = await propose({ changes: [put('tag', 'a', {})] });
  expect(await drafts.review(id, eve)).toBeUndefined();
  expect(await drafts.list({ first: 10 }, eve)).toEqual([]);
  expect(codes(await drafts.discard(id, eve))).toEqual(['not_found']);
  expect(codes(await drafts.commit(id, {}, eve))).toEqual(['not_found']);
  const reader = { ...eve, actor: 'vic', readsEverything: true };
  for (const act of [drafts.approve, drafts.rebase, drafts.discard])
    expect(await act(id, reader)).toMatchObject({ draft: { status: 'open' }, problems: [{ code: 'forbidden' }] });
  expect(codes(await drafts.commit(id, {}, reader))).toEqual(['forbidden']);
  expect((await drafts.review(id, { ...eve, readsEverything: true }))?.plan?.entries).toHaveLength(1);
  expect(await drafts.list({ first: 10 }, bob)).toHaveLength(1);
});

test('a closed draft is there only for who had to do with it, and for who reads everything', async () => {
  const { drafts, propose } = await setUp();
  const id = await propose({ changes: [put('tag', 'a', {})] });
  await drafts.approve(id, bob);
  await drafts.commit(id, {}, ada);
  const carl = { ...TEST_ORIGIN, actor: 'carl' };
  for (const act of [drafts.approve, drafts.rebase, drafts.discard]) {
    for (const stranger of [eve, carl])
      expect(await act(id, stranger)).toMatchObject({ draft: undefined, problems: [{ code: 'not_found' }] });
    for (const involved of [ada, bob, { ...carl, readsEverything: true }])
      expect(await act(id, involved)).toMatchObject({ draft: { id }, problems: [{ code: 'draft_closed' }] });
  }
  expect(codes(await drafts.commit(id, {}, carl))).toEqual(['not_found']);
  expect(codes(await drafts.commit(id, {}, bob))).toEqual(['draft_closed']);
});

test('after a week a draft is expired, and what it held is gone', async () => {
  const { db, drafts, propose, pass } = await setUp();
  const id = await propose({ changes: [put('tag', 'a', {})] });
  pass(7 * DAY_MS - 1);
  expect((await drafts.review(id, ada))?.draft.status).toBe('open');
  pass(1);
  expect((await drafts.review(id, ada))?.draft.status).toBe('expired');
  expect(codes(await drafts.commit(id, {}, ada))).toEqual(['draft_closed']);
  await propose({ changes: [put('tag', 'b', {})] });
  const row = await db.selectFrom('draft').select(['status', 'sealed']).where('id', '=', id).executeTakeFirst();
  expect(row).toEqual({ status: 'expired', sealed: null });
});
