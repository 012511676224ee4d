import { expect, onTestFinished, test } from 'vitest';
import { createDatabase } from '../../database/database.ts';
import { readAll } from '../../event-store/read-events.ts';
import { verifyLog } from '../../event-store/verify-log.ts';
import { checksumOfLog } from '../../projection/checksum-of-log.ts';
import { commitAs, startTenantPlane } from '../../test-support/test-callers.ts';
import { createTestHolder, noReport } from '../../test-support/test-holder.ts';
import { startTestNode } from '../../test-support/test-node.ts';
import { startTestPlane, type TestPlane } from '../../test-support/test-plane.ts';

const REQUESTS = 'team:t#requests/lifetime';
const ADJUST = `mutation ($id: ID!, $amount: BigInt!, $key: String) {
  adjustQuota(id: $id, amount: $amount, reason: "a mistake", idempotencyKey: $key) {
    revision replayed quota { limit settled leased remaining } } }`;
const RESET = `mutation ($id: ID!) {
  resetQuota(id: $id, reason: "a fresh start") { revision changeSetId quota { settled leased remaining } } }`;

async function startLimitedPlane(rateLimit: object = { limit: '10 requests', window: 'lifetime' }): Promise<TestPlane> {
  const plane = await startTestPlane();
  await commitAs(plane.ask, [{ putTeam: { name: 't', spec: { rateLimits: [rateLimit] } } }]);
  return plane;
}

test('what is given back can be spent again, and what is taken can not', async () => {
  const plane = await startLimitedPlane();
  const node = createTestHolder(plane.databaseUrl, 'one');
  await node({ quota: REQUESTS, need: 10, want: 10 });
  const slots = [{ ...noReport, slot: 0, granted: 10, spent: 10 }];
  expect(await node({ quota: REQUESTS, slots, need: 1, want: 1 })).toMatchObject({ granted: 10, short: 'exhausted' });
  const given = await plane.ask(ADJUST, { id: REQUESTS, amount: '3' });
  expect(given.data['adjustQuota']).toMatchObject({
    quota: { limit: '10', settled: '7', leased: '0', remaining: '3' },
  });
  expect(await node({ quota: REQUESTS, slots, need: 3, want: 3 })).toMatchObject({ granted: 13 });
  const reset = await plane.ask(RESET, { id: REQUESTS });
  expect(reset.data['resetQuota']).toMatchObject({ quota: { settled: '0', leased: '3', remaining: '7' } });
  const taken = await plane.ask(ADJUST, { id: REQUESTS, amount: '-6' });
  expect(taken.data['adjustQuota']).toMatchObject({ quota: { settled: '6', leased: '3', remaining: '1' } });
  const granted = [{ ...noReport, slot: 0, granted: 13, spent: 10 }];
  expect(await node({ quota: REQUESTS, slots: granted, need: 2, want: 2 })).toMatchObject({ short: 'exhausted' });
});

test('a correction is an event and a revision, which nodes follow and the log proves; what is declared stays', async () => {
  const plane = await startLimitedPlane();
  const node = startTestNode(plane.url, 'n');
  await node.reaches(1);
  const { data } = await plane.ask(ADJUST, { id: REQUESTS, amount: '-2' });
  expect(data['adjustQuota']).toMatchObject({ revision: 2 });
  await node.reaches(2);
  await commitAs(plane.ask, [{ putTeam: { name: 'other', spec: { rateLimits: [{ limit: '1 concurrent' }] } } }]);
  await node.reaches(3);
  const db = createDatabase(plane.databaseUrl);
  onTestFinished(() => db.destroy());
  const events = await Array.fromAsync(readAll(db));
  expect(events[1]).toMatchObject({
    streamId: `quota:${REQUESTS}`,
    version: 1,
    type: 'QuotaAdjusted',
    data: { amount: -2, slots: [{ slot: 0, amount: 2 }] },
    metadata: { actor: 'admin', reason: 'a mistake', source: 'api' },
  });
  expect(verifyLog(events)).toMatchObject({ ok: true });
  const log = await plane.ask(
    '{ revisions { edges { node { revision checksum reason } } } events { edges { node { stream type } } } }',
  );
  expect(log.errors).toEqual([]);
  const { edges } = log.data['revisions'] as unknown as {
    readonly edges: readonly { readonly node: { readonly checksum: string } }[];
  };
  const checksums = edges.map(({ node: { checksum } }) => checksum);
  expect(checksums).toEqual([
    checksumOfLog(events),
    checksumOfLog(events.slice(0, 2)),
    checksumOfLog(events.slice(0, 1)),
  ]);
  expect(checksums[1]).toBe(checksums[2]);
});

test('the same request under one idempotency key is carried out once', async () => {
  const plane = await startLimitedPlane();
  const first = await plane.ask(ADJUST, { id: REQUESTS, amount: '-4', key: 'k' });
  const again = await plane.ask(ADJUST, { id: REQUESTS, amount: '-4', key: 'k' });
  expect(first.data['adjustQuota']).toMatchObject({ revision: 2, replayed: false, quota: { settled: '4' } });
  expect(again.data['adjustQuota']).toMatchObject({ revision: 2, replayed: true, quota: { settled: '4' } });
  const other = await plane.ask(ADJUST, { id: REQUESTS, amount: '-5', key: 'k' });
  expect(other.errors[0]).toMatchObject({ message: expect.stringContaining('take a new key') });
});

test('a reset of a rolling window leaves no slot with more room than it was', async () => {
  const plane = await startLimitedPlane({ limit: '10 requests', window: '1h' });
  const id = 'team:t#requests/1h';
  const node = createTestHolder(plane.databaseUrl, 'one');
  const slot = (await node({ quota: id, need: 6, want: 6 }))?.slot ?? 0;
  await node({ quota: id, slots: [{ ...noReport, slot, granted: 6, spent: 6 }] });
  const { data } = await plane.ask(RESET, { id });
  expect(data['resetQuota']).toMatchObject({ quota: { settled: '0', remaining: '10' } });
  const db = createDatabase(plane.databaseUrl);
  onTestFinished(() => db.destroy());
  expect(await db.selectFrom('quota_slot').select(['slot', 'adjusted']).execute()).toEqual([{ slot, adjusted: -6 }]);
  const nothing = await plane.ask(RESET, { id });
  expect(nothing.data['resetQuota']).toMatchObject({ revision: 2, changeSetId: null });
});

test('what can not be corrected is refused with a reason, and commits nothing', async () => {
  const plane = await startLimitedPlane({ limit: '3 concurrent' });
  const codeOf = async (variables: object) => (await plane.ask(ADJUST, variables)).errors[0]?.extensions.code;
  expect(await codeOf({ id: 'team:t#concurrent', amount: '1' })).toBe('BAD_USER_INPUT');
  expect(await codeOf({ id: 'team:t#requests/day', amount: '1' })).toBe('NOT_FOUND');
  expect(await codeOf({ id: 'no-such', amount: '1' })).toBe('NOT_FOUND');
  expect(await codeOf({ id: 'team:t#concurrent', amount: '0' })).toBe('BAD_USER_INPUT');
  const { errors } = await plane.ask('mutation { resetQuota(id: "x", reason: " ") { revision } }');
  expect(errors[0]).toMatchObject({ message: 'reason: say why, for the history' });
  expect((await plane.ask('{ revision }')).data['revision']).toBe(1);
});

test('whoever may change the limits of an entity may correct its quotas, and nobody else', async () => {
  const { byRole, plane } = await startTenantPlane();
  const rateLimits = [{ limit: '9 requests', window: 'day' }];
  await commitAs(plane.ask, [
    { putTeam: { name: 'acme-search', spec: { organization: 'acme', rateLimits } } },
    { putVirtualKey: { name: 'acme-key', spec: { team: 'acme-search', rateLimits } } },
  ]);
  const [team, key] = ['team:acme-search#requests/day', 'virtual-key:acme-key#requests/day'];
  const outcome = async (role: Parameters<typeof byRole>[0], id: string) => {
    const { errors } = await (await byRole(role))(ADJUST, { id, amount: '-1' });
    return errors[0]?.extensions.code ?? 'done';
  };
  expect(await outcome('organization-admin', team)).toBe('done');
  expect(await outcome('team-admin', team)).toBe('FORBIDDEN');
  expect(await outcome('team-admin', key)).toBe('done');
  expect(await outcome('member', key)).toBe('FORBIDDEN');
  expect(await outcome('no role', key)).toBe('NOT_FOUND');
});
