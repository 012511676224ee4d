import { CHANGES_MAX, type ChangeProblem } from '@tollgate/schema';
import { type EntityId, toEntityId } from '../aggregate/entity.ts';
import type { ChangeSetRequest, Problems, RequestedChange, ValidChange } from './change-request.ts';
import { type FieldProblem, findNameProblems, isStorable, parseDeclaration } from './declaration-problems.ts';

const REASON_CHARACTERS_MAX = 2_000;

/** What can be said of a change set without looking at what is there. */
export type ValidatedRequest = {
  readonly changes: readonly ValidChange[];
  /** What was declared wrongly. It counts as there, so that one mistake is not reported again by all that refer to it. */
  readonly rejected: ReadonlySet<EntityId>;
  readonly problems: Problems;
};

export function validateRequest({ changes, reason }: ChangeSetRequest): ValidatedRequest {
  if (changes.length > CHANGES_MAX) {
    const message = `a change set has at most ${CHANGES_MAX} changes, this one has ${changes.length}; split it`;
    return { changes: [], rejected: new Set(), problems: [{ code: 'too_many_changes', message }] };
  }
  const seen = new Set<EntityId>();
  const rejected = new Set<EntityId>();
  const problems: ChangeProblem[] = [...checkReason(reason)];
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
  if (change.op !== 'put') {
    const problems = findNameProblems(kind, name);
    return problems.length > 0 ? toProblems(change, problems) : change;
  }
  const parsed = parseDeclaration(kind, name, change.declaration);
  if (!parsed.ok) return toProblems(change, parsed.problems);
  return { ...change, declaration: parsed.declaration } as ValidChange;
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

function checkReason(reason: string | undefined): Problems {
  if (reason === undefined || (reason.length <= REASON_CHARACTERS_MAX && isStorable(reason))) return [];
  const message = `a reason is text of at most ${REASON_CHARACTERS_MAX} characters without U+0000`;
  return [{ code: 'invalid_declaration', message, path: 'reason' }];
}
