import type { ModelSpec } from '@tollgate/schema';
import type { RuleProblem } from '../aggregate/entity-definition.ts';

/** A mirror is another model of a fixed name. */
export function checkMirror(name: string, { mirror }: ModelSpec): readonly RuleProblem[] {
  if (mirror === undefined) return [];
  const path = 'mirror.model';
  if (mirror.model === name)
    return [{ path, message: `${name} would be sent each of these requests twice; name another model` }];
  if (!mirror.model.endsWith('*')) return [];
  return [{ path, message: `${mirror.model} has no fixed name, so that a request could not ask for it` }];
}
