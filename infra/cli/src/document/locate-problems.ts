import {
  type DocumentEntity,
  type DocumentPlace,
  type DocumentProblem,
  type EntityKind,
  sectionOf,
} from '@tollgate/schema';
import type { ChangeSince, ServerProblem } from '../api/plan-answer.ts';

/** A problem as it is shown: with its place in the document if it has one there. */
export type ShownProblem = Partial<Omit<DocumentProblem, 'message'>> & {
  readonly message: string;
  readonly code?: string;
  /** Who changed what since, if that is why. */
  readonly since?: ChangeSince | null;
};

/** Where a path within a declaration stands; undefined if no document is known that declares the entity. */
export type Locate = (
  kind: EntityKind,
  name: string,
  path: string,
) => (DocumentPlace & { readonly path: string }) | undefined;

/** Maps what the control plane found wrong back to the lines that declare it. */
export function locateProblems(locate: Locate, problems: readonly ServerProblem[]): readonly ShownProblem[] {
  return problems.map(({ code, message, kind, name, path, since }) => {
    const place = kind !== null && name !== null ? locate(kind, name, path ?? '') : undefined;
    const fallback = name === null ? {} : { path: [name, path].filter(Boolean).join('.') };
    return { ...(place ?? fallback), message, code, ...(since && { since }) };
  });
}

/** The same where no document says it: the entity's name has to do. */
export const showProblems = (problems: readonly ServerProblem[]): readonly ShownProblem[] =>
  locateProblems(() => undefined, problems);

/** For entities whose document is not at hand: each is found at the line that declares it. */
export function locateIn(entities: readonly DocumentEntity[]): Locate {
  const places = new Map(entities.map(({ kind, name, at }) => [`${kind}:${name}`, at]));
  return (kind, name, path) => {
    const at = places.get(`${kind}:${name}`);
    return at && { ...at, path: [sectionOf(kind), name, path].filter(Boolean).join('.') };
  };
}
