import { CHANGES_MAX, type ChangeProblem } from '@tollgate/schema';
import { type EntityId, toEntityId } from '../aggregate/entity.ts';
import type { ChangeSetRequest, Problems, RequestedChange, ValidChange } from './change-request.ts';
import { type FieldProblem, findNameProblems, parseDeclaration, parseRotation } from './declaration-problems.ts';
import { validateOptions } from './validate-options.ts';

/** What can be said of a change set without looking at what is there. */
export type ValidatedRequest = {
  readonly changes: readonly ValidChange[];
  /** What was declared wrongly. It counts as there, so that one mistake is not reported again by all that refer to it. */
  readonly rejected: ReadonlySet<EntityId>;
  readonly problems: Problems;
};

export function validateRequest({ changes, ...options }: ChangeSetRequest): ValidatedRequest {
  if (changes.length > CHANGES_MAX) {
    return { changes: [], rejected: new Set(), problems: [refuseSoMany(changes.length)] };
  }
  const seen = new Set<EntityId>();
  const rejected = new Set<EntityId>();
  const problems: ChangeProblem[] = [...validateOptions(options)];
  const valid: ValidChange[] = [];
  for (const change of changes) {
    const id = toEntityId(change.kind, change.name);
    const result = seen.has(id) ? refuseSecond(change) : validateChange(change);
    seen.add(id);
    if (Array.isArray(result)) {
      problems.push(...result);
      rejected.add(id);
    } else valid.push(result as ValidChange);
  }
  return { changes: valid, rejected, problems };
}

function validateChange(change: RequestedChange): ValidChange | Problems {
  const { kind, name } = change;
  switch (change.op) {
    case 'put': {
      const parsed = parseDeclaration(kind, name, change.declaration);
      // What was parsed is of the change's kind; the compiler cannot join the two again.
      return parsed.ok
        ? ({ ...change, declaration: parsed.value } as ValidChange)
        : toProblems(change, parsed.problems);
    }
    case 'rotate': {
      const parsed = parseRotation(name, change.rotation);
      return parsed.ok ? { ...change, rotation: parsed.value } : toProblems(change, parsed.problems);
    }
    default: {
      const problems = findNameProblems(kind, name);
      return problems.length > 0 ? toProblems(change, problems) : change;
    }
  }
}

function toProblems({ kind, name }: RequestedChange, problems: readonly FieldProblem[]): Problems {
  return problems.map(({ path, message }) => ({
    code: 'invalid_declaration',
    message,
    kind,
    name,
    ...(path !== '' && { path }),
  }));
}

function refuseSecond({ kind, name }: RequestedChange): Problems {
  const message = 'a change set holds one change per entity; this one has a second change for the same';
  return [{ code: 'duplicate_change', message, kind, name }];
}

export const refuseSoMany = (count: number): ChangeProblem => ({
  code: 'too_many_changes',
  message: `a change set has at most ${CHANGES_MAX} changes, this one has ${count}; split it`,
});
