import { expect, onTestFinished, test } from 'vitest';
import { startFakeControlPlane } from '../testing/fake-control-plane.ts';
import { data, TOKEN } from '../testing/fixtures.ts';
import { runInProcess } from '../testing/run-in-process.ts';

async function run(args: readonly string[], answer: object) {
  const server = await startFakeControlPlane(data(answer));
  onTestFinished(() => server.close());
  const environment = { TOLLGATE_URL: server.url, TOLLGATE_ADMIN_TOKEN: TOKEN };
  return { ended: await runInProcess(args, { input: '', environment }), server };
}

test('quotas prints a table of those of an entity', async () => {
  const quota = {
    id: 'virtual-key:k#nano_usd/day',
    ownerKind: 'VIRTUAL_KEY',
    ownerName: 'k',
    unit: 'NANO_USD',
    limit: '25000000000',
    window: 'day',
    timezone: 'Europe/Berlin',
    model: 'gpt-4.1',
    mode: 'SHADOW',
    settled: '20000000000',
    leased: '1500000000',
    remaining: '3500000000',
    resetsAt: '2027-01-01T00:00:00.000Z',
    softLimitReached: true,
    shadowRefusals: '3',
    holders: 2,
  };
  const page = { edges: [{ node: quota }], pageInfo: { hasNextPage: false, endCursor: 'c' } };
  const { ended, server } = await run(['quotas', 'key:k'], { quotas: page });
  expect(ended.stdout.split('\n').map((line) => line.split(/ {2,}/))).toEqual([
    ['ID', 'COUNTS', 'LIMIT', 'USED', 'LEASED', 'LEFT', 'RESETS', 'NODES', 'NOTES'],
    [
      'virtual-key:k#nano_usd/day',
      'USD per day Europe/Berlin of gpt-4.1',
      '25',
      '20',
      '1.5',
      '3.5',
      '2027-01-01T00:00:00.000Z',
      '2',
      'shadow: would have refused 3, soft limit reached',
    ],
    [''],
  ]);
  expect(server.requests[0]?.variables['filter']).toEqual({ ownerKind: 'VIRTUAL_KEY', ownerName: 'k' });
});

test('quotas of something that has none is refused before anything is asked', async () => {
  const { ended, server } = await run(['quotas', 'alias:x'], {});
  expect(ended).toMatchObject({ code: 1, stderr: expect.stringContaining('alias:x names no entity with quotas') });
  expect(server.requests).toEqual([]);
});
