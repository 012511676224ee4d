import type { Specs } from '@tollgate/schema';
import { expect, test } from 'vitest';
import type { FindSpec } from '../aggregate/entity-definition.ts';
import { teamDefinition } from '../team/team.definition.ts';
import { virtualKeyDefinition } from '../virtual-key/virtual-key.definition.ts';

const there: Readonly<Record<string, object>> = {
  'model:gpt': { deployments: [{ provider: 'p', model: 'm' }] },
  'alias:best': { alias: 'better' },
  'alias:better': { model: 'gpt' },
};
const find = ((kind: string, name: string) => there[`${kind}:${name}`]) as FindSpec;
const routing = (models: Readonly<Record<string, string>>) => ({ routing: { models } });
const problemsOf = (models: Readonly<Record<string, string>>) => teamDefinition.check('t', routing(models), find);

test('a name may stand for a model or an alias that there is', () => {
  expect(problemsOf({ smart: 'gpt', smarter: 'best' })).toEqual([]);
});

test('one who says nothing of names is not asked for any', () => {
  expect(teamDefinition.check('t', { routing: { retries: 1 } }, find)).toEqual([]);
  expect(teamDefinition.finds?.({ routing: { retries: 1 } })).toEqual([]);
});

test('nodes get it with milliseconds, of teams and keys alike', () => {
  const spec = {
    routing: {
      models: { smart: 'gpt' },
      strategy: 'least-busy',
      retries: 0,
      timeout: '2s',
      timeouts: { firstToken: '500ms', total: '1m' },
    },
  } as const;
  const expected = {
    models: { smart: 'gpt' },
    strategy: 'least-busy',
    retries: 0,
    timeoutMs: 2_000,
    timeouts: { firstTokenMs: 500, totalMs: 60_000 },
  };
  expect(teamDefinition.toItem?.('t', { spec })?.value).toMatchObject({ routing: expected });
  const key = { ...spec, secret: { sha256: 'a'.repeat(64) } };
  expect(virtualKeyDefinition.toItem?.('k', { spec: key })?.value).toMatchObject({ routing: expected });
});

test('one for a model that there is not is refused, with its path', () => {
  const problem = { path: 'routing.models.smart', message: 'there is no model or alias named gtp' };
  expect(problemsOf({ smart: 'gtp' })).toEqual([problem]);
  const key: Specs['virtual-key'] = { ...routing({ smart: 'gtp' }), secret: { sha256: 'a'.repeat(64) } };
  expect(virtualKeyDefinition.check('k', key, find)).toEqual([problem]);
});

test.each([
  ['gpt', 'gpt → best → better → gpt'],
  ['better', 'better → best → better'],
])('%s does not stand for what leads back to it over aliases', (name, way) => {
  expect(problemsOf({ [name]: 'best' })).toEqual([
    { path: `routing.models.${name}`, message: `goes in a circle: ${way}` },
  ]);
});

test('what it may stand for is looked up, though it is only mentioned', () => {
  expect(teamDefinition.finds?.(routing({ smart: 'gpt' }))).toEqual(['model:gpt', 'alias:gpt']);
});
