import { expect, test } from 'vitest';
import { startCliPlane } from './cli-plane.ts';

const ID = 'team:search#nano_usd/month';
const DOCUMENT = `tollgate: 1
owner: gateway
teams:
  search: { budgets: [{ limit: 25 USD, window: month }] }
`;

async function given() {
  const plane = await startCliPlane();
  expect(await plane.cli('apply', '-f', await plane.write('gateway.yaml', DOCUMENT), '--yes')).toMatchObject({
    code: 0,
  });
  return plane;
}

const LEFT = ['USD per month', '25'];
const cells = (stdout: string): string[] | undefined => stdout.split('\n')[1]?.split(/ {2,}/).slice(0, 6);

test('quotas are adjusted and reset by the ids that the list gives, and the history says why', async () => {
  const { cli } = await given();
  expect(cells((await cli('quotas', 'team:search')).stdout)).toEqual([ID, ...LEFT, '0', '0', '25']);
  const taken = await cli('quotas', 'adjust', ID, '--take', '5.5 USD', '--reason', 'spent elsewhere', '--yes');
  expect(taken).toMatchObject({ code: 0, stderr: '' });
  expect(cells(taken.stdout)).toEqual([ID, ...LEFT, '5.5', '0', '19.5']);
  const back = await cli('quotas', 'adjust', ID, '--give', '0.5 USD', '--reason', 'a mistake', '--yes', '--json');
  expect(JSON.parse(back.stdout)).toMatchObject({ quota: { settled: '5000000000', remaining: '20000000000' } });
  const reset = await cli('quotas', 'reset', ID, '--reason', 'a fresh start', '--yes');
  expect(cells(reset.stdout)).toEqual([ID, ...LEFT, '0', '0', '25']);
  expect((await cli('history')).stdout).toContain('spent elsewhere');
});

test.each([
  [['adjust', ID, '--reason', 'r', '--yes'], 'adjust needs --give or --take'],
  [['adjust', ID, '--give', '5', '--reason', 'r', '--yes'], 'it should be such as "5 USD"'],
  [
    ['adjust', 'team:search#requests/day', '--give', '5 tokens', '--reason', 'r', '--yes'],
    'a whole number of requests',
  ],
  [['adjust', 'team:other#requests/day', '--give', '5', '--reason', 'r', '--yes'], 'team:other'],
  [['reset', 'search', '--reason', 'r', '--yes'], "search is no quota's id"],
  [['reset', ID, '--yes'], '--reason'],
  [['reset', ID, '--reason', 'r'], 'nobody is there to be asked'],
])('what cannot be is refused: quotas %j', async (args, message) => {
  const { cli } = await given();
  const ended = await cli('quotas', ...args);
  expect(ended.code).not.toBe(0);
  expect(ended.stderr).toContain(message);
});

test('a node that held nothing has nothing released', async () => {
  const { cli } = await given();
  const ended = await cli('quotas', 'release', 'gone', '--reason', 'the machine is gone', '--yes');
  expect(ended).toMatchObject({ code: 0, stdout: expect.stringContaining('held nothing') });
});
