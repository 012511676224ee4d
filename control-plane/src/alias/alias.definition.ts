import { defineEntity, type FindSpec, type RuleProblem } from '../aggregate/entity-definition.ts';

export const aliasDefinition = defineEntity('alias', {
  sharesNamesWith: ['model'],
  follows: ['alias'],
  check: (name, _, find) => checkCircle(name, find),
  toItem: (id, { spec: { model, alias } }) => ({ kind: 'alias', id, value: { model, alias } }),
});

/** Follows the alias until it leads to a model, and refuses it if it leads back to itself. */
function checkCircle(name: string, find: FindSpec): readonly RuleProblem[] {
  const way = [name];
  for (let next = find('alias', name)?.alias; next !== undefined; next = find('alias', next)?.alias) {
    if (next === name) return [{ path: 'alias', message: `goes in a circle: ${[...way, next].join(' → ')}` }];
    // A circle that it only leads into is a problem of those on it.
    if (way.includes(next)) return [];
    way.push(next);
  }
  return [];
}
