import { availableParallelism } from 'node:os';
import { expect, test } from 'vitest';
import { withArguments } from './arguments.ts';
import { newSealKey } from './config/config-fixture.ts';
import { parseEnvironment } from './environment.ts';

const base = { TOLLGATE_SEAL_KEY: newSealKey() };
const workersOf = (env: NodeJS.ProcessEnv, ...args: string[]) =>
  parseEnvironment(withArguments({ ...base, ...env }, args)).TOLLGATE_WORKERS;

test('a node has one process unless the environment or the command line says otherwise, which goes first', () => {
  expect(workersOf({})).toBe(1);
  expect(workersOf({ TOLLGATE_WORKERS: '3' })).toBe(3);
  expect(workersOf({ TOLLGATE_WORKERS: '3' }, '--workers', '2')).toBe(2);
  expect(workersOf({}, '--workers=auto')).toBe(availableParallelism());
});

test.each(['0', '-1', '1.5', 'many', '257'])('%s workers are refused, by the name of the variable', (workers) => {
  expect(() => workersOf({ TOLLGATE_WORKERS: workers })).toThrow('TOLLGATE_WORKERS');
});

test('an argument that there is not is refused', () => {
  expect(() => workersOf({}, '--cores', '2')).toThrow('--cores');
});
