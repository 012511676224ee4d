import type { EntityKind } from '../config/entity-kind.ts';
import { nameSchemas } from '../config/kinds.ts';
import { closestName } from './closest-name.ts';
import { describeIssue } from './describe-issue.ts';
import type { PathSegment } from './document-path.ts';
import { type DocumentDeclarations, documentSchemas } from './document-schema.ts';
import { isUnsupportedField, unsupportedMessage } from './unsupported.ts';

/** `path` is within the declaration; `at` says whether the value is wrong or the name of the field. */
export type EntityProblem = {
  readonly path: readonly PathSegment[];
  readonly at: 'value' | 'name';
  readonly message: string;
};

export type CheckedEntity<Kind extends EntityKind> =
  | { readonly ok: true; readonly declaration: DocumentDeclarations[Kind] }
  | { readonly ok: false; readonly problems: readonly EntityProblem[] };

/** Checks one entity's name and declaration, and gives all its problems at once. */
export function checkEntity<Kind extends EntityKind>(kind: Kind, name: string, value: unknown): CheckedEntity<Kind> {
  const nameProblems = (nameSchemas[kind].safeParse(name, { error: describeIssue }).error?.issues ?? []).map(
    ({ message }): EntityProblem => ({ path: [], at: 'name', message }),
  );
  if (value === null) {
    const message = 'is empty: write `{}` for an entity without fields';
    return { ok: false, problems: [...nameProblems, { path: [], at: 'name', message }] };
  }
  const parsed = documentSchemas[kind].safeParse(value, { error: describeIssue });
  const problems = [...nameProblems, ...(parsed.error?.issues ?? []).flatMap((issue) => toProblems(kind, issue))];
  if (!parsed.success || problems.length > 0) return { ok: false, problems };
  // The schema at `kind` gives the declaration of `kind`; the compiler does not follow an indexed union through a call.
  return { ok: true, declaration: parsed.data as DocumentDeclarations[Kind] };
}

type Issue = NonNullable<ReturnType<(typeof documentSchemas)[EntityKind]['safeParse']>['error']>['issues'][number];

function toProblems(kind: EntityKind, issue: Issue): readonly EntityProblem[] {
  const path = issue.path.map((segment) => (typeof segment === 'number' ? segment : String(segment)));
  if (issue.code !== 'unrecognized_keys') return [{ path, at: 'value', message: issue.message }];
  const known = issue.message === '' ? [] : issue.message.split(', ');
  return issue.keys.map((key) => ({
    path: [...path, key],
    at: 'name',
    message: isUnsupportedField(kind, [...path, key]) ? unsupportedMessage(key) : unknownMessage('field', key, known),
  }));
}

export function unknownMessage(what: 'field' | 'section', name: string, known: readonly string[]): string {
  const meant = closestName(name, known);
  const hint = meant === undefined ? '' : `; did you mean \`${meant}\`?`;
  return `unknown ${what} \`${name}\`; known are ${known.join(', ')}${hint}`;
}
