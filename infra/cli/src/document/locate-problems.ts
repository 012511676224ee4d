import type { DocumentProblem, ParsedDocument } from '@tollgate/schema';
import type { ServerProblem } from '../api/change-set.ts';

/** A problem as it is shown: with its place in the document if it has one there. */
export type ShownProblem = Partial<Omit<DocumentProblem, 'message'>> & {
  readonly message: string;
  readonly code?: string;
};

/** Maps what the control plane found wrong back to the lines that declare it. */
export function locateProblems(document: ParsedDocument, problems: readonly ServerProblem[]): readonly ShownProblem[] {
  return problems.map(({ code, message, kind, name, path }) => {
    const place = kind !== null && name !== null ? document.locate(kind, name, path ?? '') : undefined;
    const fallback = name === null ? {} : { path: [name, path].filter(Boolean).join('.') };
    return { ...(place ?? fallback), message, code };
  });
}
