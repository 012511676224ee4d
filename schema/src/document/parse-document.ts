import type { EntityKind } from '../config/entity-kind.ts';
import type { DocumentEntity } from './document-entity.ts';
import { formatDocumentPath, parseDocumentPath } from './document-path.ts';
import type { DocumentPlace, DocumentProblem } from './document-problem.ts';
import { documentSections } from './document-schema.ts';
import { type DocumentFile, type NamedEntity, type ParsedFile, parseFile } from './parse-file.ts';

export type ParsedDocument = {
  /** The name under which it owns what it declares; undefined if no file of it says one. */
  readonly owner: string | undefined;
  /** In the order of the files and of their sections. Complete only if there is no problem. */
  readonly declarations: readonly DocumentEntity[];
  readonly problems: readonly DocumentProblem[];
  /** Where a path within an entity's declaration stands, or the nearest ancestor of it; undefined if no such entity is declared. */
  locate(kind: EntityKind, name: string, path?: string): (DocumentPlace & { readonly path: string }) | undefined;
};

type Declared = NamedEntity & { readonly file: ParsedFile };

/**
 * Parses a config document of one or several files, which are merged. Pure: it reads no file and no secret, and does not
 * check references, as what they name may be on the server already. Gives every problem at once, sorted by place.
 */
export function parseDocument(files: readonly DocumentFile[]): ParsedDocument {
  const parsed = files.map(parseFile);
  const first = new Map<string, Declared>();
  const problems = parsed.flatMap((file) => file.problems);
  for (const file of parsed) {
    for (const named of file.entities) {
      const path = formatDocumentPath([named.section, named.name]);
      const earlier = first.get(path);
      if (earlier === undefined) first.set(path, { ...named, file });
      else problems.push({ ...named.at, path, message: `is also declared at ${formatPlace(earlier.at)}` });
    }
  }
  const owned = parsed.filter(({ owner }) => owner !== undefined);
  problems.push(...findOtherOwners(owned));
  const declared = [...first.values()];
  return {
    owner: owned[0]?.owner,
    declarations: declared.flatMap(({ entity }) => (entity ? [entity] : [])),
    problems: inOrder(problems, files),
    locate(kind, name, path = '') {
      const section = sectionOf(kind);
      const named = first.get(formatDocumentPath([section, name]));
      if (named === undefined) return undefined;
      const whole = [section, name, ...parseDocumentPath(path)];
      const place = path === '' ? named.at : named.file.locate(whole);
      return { ...place, path: formatDocumentPath(whole) };
    },
  };
}

/** All files are one document, so that those which name an owner must name the same. */
function findOtherOwners([first, ...others]: readonly ParsedFile[]): readonly DocumentProblem[] {
  const path = ['owner'];
  return others.flatMap(({ owner, locate }) => {
    if (first === undefined || owner === first.owner) return [];
    const message = `should be ${first.owner}, as at ${formatPlace(first.locate(path))}: a document has one owner`;
    return [{ ...locate(path), path: formatDocumentPath(path), message }];
  });
}

const formatPlace = ({ file, line }: DocumentPlace): string => `${file}:${line}`;

/** The section of a document that declares a kind. */
export function sectionOf(kind: EntityKind): string {
  const found = Object.entries(documentSections).find(([, declared]) => declared === kind);
  if (found === undefined) throw new Error(`no section declares the kind ${kind}`);
  return found[0];
}

function inOrder(problems: readonly DocumentProblem[], files: readonly DocumentFile[]): readonly DocumentProblem[] {
  const rank = new Map(files.map(({ path }, index) => [path, index]));
  return problems.toSorted(
    (a, b) => (rank.get(a.file) ?? 0) - (rank.get(b.file) ?? 0) || a.line - b.line || a.column - b.column,
  );
}
