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
