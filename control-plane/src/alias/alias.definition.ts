import { circleFrom } from '@tollgate/schema';
import { defineEntity, type FindSpec, type RuleProblem } from '../aggregate/entity-definition.ts';

export const aliasDefinition = defineEntity('alias', {
  sharesNamesWith: ['model'],
  follows: ['alias'],
  check: (name, _, find) => checkCircle(name, find),
  toItem: (id, { spec: { model, alias } }) => ({ kind: 'alias', id, value: { model, alias } }),
});

/** Follows the alias until it leads to a model, and refuses it if it leads back to itself; another circle is a problem of those on it. */
function checkCircle(name: string, find: FindSpec): readonly RuleProblem[] {
  const way = circleFrom(name, (one) => find('alias', one)?.alias);
  return way === undefined ? [] : [{ path: 'alias', message: `goes in a circle: ${way.join(' → ')}` }];
}
