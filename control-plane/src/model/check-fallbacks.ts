import { type FallbackKind, fallbackKinds, type ModelSpec } from '@tollgate/schema';
import type { FindSpec, RuleProblem } from '../aggregate/entity-definition.ts';

/** A fallback is a model of a fixed name, and none of a kind leads back to the model that it stands in for. */
export const checkFallbacks = (name: string, spec: ModelSpec, find: FindSpec): readonly RuleProblem[] =>
  fallbackKinds.flatMap((kind) => checkKind(kind, name, spec[kind] ?? [], find));

function checkKind(
  kind: FallbackKind,
  name: string,
  fallbacks: readonly string[],
  find: FindSpec,
): readonly RuleProblem[] {
  const nextOf = (model: string) => find('model', model)?.[kind] ?? [];
  return fallbacks.flatMap((fallback, index) => {
    const path = `${kind}[${index}]`;
    if (fallback.endsWith('*'))
      return [{ path, message: `${fallback} has no fixed name, so that a request could not ask for it` }];
    const way = findWay(fallback, name, nextOf, new Set());
    return way === undefined ? [] : [{ path, message: `goes in a circle: ${[name, ...way].join(' → ')}` }];
  });
}

/** The first way from a model over fallbacks to another, both included; each model is gone through once. */
function findWay(
  from: string,
  to: string,
  nextOf: (model: string) => readonly string[],
  seen: Set<string>,
): readonly string[] | undefined {
  if (from === to) return [to];
  if (seen.has(from)) return undefined;
  seen.add(from);
  for (const next of nextOf(from)) {
    const way = findWay(next, to, nextOf, seen);
    if (way !== undefined) return [from, ...way];
  }
  return undefined;
}
