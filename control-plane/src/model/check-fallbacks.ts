import type { ModelSpec } from '@tollgate/schema';
import type { FindSpec, RuleProblem } from '../aggregate/entity-definition.ts';

/** A fallback is a model of a fixed name, and none leads back to the model that it stands in for. */
export function checkFallbacks(name: string, { fallbacks = [] }: ModelSpec, find: FindSpec): readonly RuleProblem[] {
  return fallbacks.flatMap((fallback, index) => {
    const path = `fallbacks[${index}]`;
    if (fallback.endsWith('*'))
      return [{ path, message: `${fallback} has no fixed name, so that a request could not ask for it` }];
    const way = findWay(fallback, name, find, new Set());
    return way === undefined ? [] : [{ path, message: `goes in a circle: ${[name, ...way].join(' → ')}` }];
  });
}

/** The first way from a model over fallbacks to another, both included; each model is gone through once. */
function findWay(from: string, to: string, find: FindSpec, seen: Set<string>): readonly string[] | undefined {
  if (from === to) return [to];
  if (seen.has(from)) return undefined;
  seen.add(from);
  for (const next of find('model', from)?.fallbacks ?? []) {
    const way = findWay(next, to, find, seen);
    if (way !== undefined) return [from, ...way];
  }
  return undefined;
}
