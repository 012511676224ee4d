import { expect, test } from 'vitest';
import type { Entity } from '../aggregate/entity.ts';
import { toStaleProblem } from './stale-version.ts';

const lastChange = { revision: 9, actor: 'ada', source: 'cli', at: new Date('2026-02-01T00:00:00Z') };
const at = (day: number, version: number, models: readonly string[]) =>
  ({
    kind: 'team',
    name: 't',
    version,
    revision: version,
    state: { spec: { models } },
    createdAt: new Date(Date.UTC(2026, 0, day)),
  }) as unknown as Entity;

const problemOf = (was: Entity | undefined, is: Entity | undefined) =>
  toStaleProblem({ id: 'team:t', expected: 1, actual: is?.version ?? 0, was, is, lastChange });

test('what changed since is told field by field, with who and when', () => {
  const { message, since } = problemOf(at(1, 1, ['a']), at(1, 2, ['b']));
  expect(message).toContain('by ada (cli) at 2026-02-01T00:00:00.000Z');
  expect(message).toContain('models ["a"] → ["b"]');
  expect(since?.fields).toHaveLength(1);
});

test('nothing is told of what the name stood for before it was deleted', () => {
  for (const is of [undefined, at(2, 3, ['b'])]) {
    const problem = problemOf(at(1, 1, ['of another tenant']), is);
    expect(problem.code).toBe('stale_version');
    expect(JSON.stringify(problem)).not.toContain('another tenant');
  }
});
