import { expect, test } from 'vitest';
import { startFakeControlPlane } from '../testing/fake-control-plane.ts';
import { TOKEN } from '../testing/fixtures.ts';
import { runInProcess } from '../testing/run-in-process.ts';

const keys = [
  {
    keyId: 'aaaa0000',
    isCurrent: true,
    isAccepted: true,
    dataKeys: 3,
    isRemovable: false,
    blockers: ['it is current'],
  },
  {
    keyId: 'bbbb0000',
    isCurrent: false,
    isAccepted: true,
    dataKeys: 1,
    isRemovable: false,
    blockers: ['node n is old'],
  },
];
const batch = { rewrapped: 1, checked: 1_000, total: 1_500, unopened: [], next: 'k' };

async function run(args: readonly string[], last: object) {
  const asked: unknown[] = [];
  const batches = [batch, { ...batch, checked: 500, next: null, ...last }];
  const server = await startFakeControlPlane(({ operation, variables }) => {
    if (operation !== 'RewrapDataKeys') return { body: { data: { sealingKeys: keys } } };
    asked.push(variables);
    return { body: { data: { rewrapDataKeys: batches.shift() } } };
  });
  const environment = { TOLLGATE_URL: server.url, TOLLGATE_ADMIN_TOKEN: TOKEN };
  const ended = await runInProcess(args, { input: '', environment });
  await server.close();
  return { ...ended, asked };
}

test('the list names the keys, their use, and what keeps a previous one from being taken out', async () => {
  const { stdout, code } = await run(['sealing-keys', 'list'], {});
  expect(code).toBe(0);
  expect(stdout).toMatch(/aaaa0000 +current +3/);
  expect(stdout).toMatch(/bbbb0000 +previous +1 +not yet/);
  expect(stdout).toContain('bbbb0000 is still needed: node n is old');
});

test('rewrap goes on batch after batch, says how far it is, and fails if a data key opens with no key', async () => {
  const good = await run(['sealing-keys', 'rewrap'], {});
  expect(good.asked).toEqual([{ after: null }, { after: 'k' }]);
  expect(good.stdout).toContain('1500 of 1500 data keys checked, 2 wrapped anew');
  expect(good.code).toBe(0);
  const bad = await run(['sealing-keys', 'rewrap'], { unopened: ['provider:p'] });
  expect(bad.stderr).toContain('The data key of provider:p opens with no sealing key that is accepted');
  expect(bad.code).toBe(1);
});
