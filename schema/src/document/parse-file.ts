import type { EntityKind } from '../config/entity-kind.ts';
import { secretFields } from '../config/kind-fields.ts';
import { checkEntity, unknownMessage } from './check-entity.ts';
import { describeIssue } from './describe-issue.ts';
import type { DocumentEntity } from './document-entity.ts';
import { documentOwner } from './document-owner.ts';
import { formatDocumentPath, type PathSegment } from './document-path.ts';
import type { DocumentPlace, DocumentProblem } from './document-problem.ts';
import { DOCUMENT_VERSION, type DocumentDeclarations, documentSections } from './document-schema.ts';
import type { YamlFile } from './full-yaml.ts';
import { isUnsupportedSection, unsupportedMessage } from './unsupported.ts';
import { readYamlFile } from './yaml-file.ts';

export type DocumentFile = { readonly path: string; readonly text: string };

/** Where in this file a path from the root stands. */
export type Locate = (path: readonly PathSegment[]) => DocumentPlace;

/** An entity's first line is known even if its declaration is wrong, so that a name given twice is always seen. */
export type NamedEntity = {
  readonly section: string;
  readonly name: string;
  readonly at: DocumentPlace;
  readonly entity?: DocumentEntity;
};

export type ParsedFile = {
  /** Who owns what it declares, if the file says it. */
  readonly owner?: string | undefined;
  readonly entities: readonly NamedEntity[];
  readonly problems: readonly DocumentProblem[];
  readonly locate: Locate;
};

type Report = (path: readonly PathSegment[], at: 'value' | 'name', message: string) => void;
type Context = { readonly file: string; readonly yaml: Extract<YamlFile, { ok: true }>; readonly report: Report };

/** Parses one file by itself. Syntax errors end it; everything else is collected. */
export function parseFile({ path: file, text }: DocumentFile): ParsedFile {
  const yaml = readYamlFile(text);
  const problems: DocumentProblem[] = yaml.problems.map(({ path, ...at }) => ({ file, path: pathToShow(path), ...at }));
  if (!yaml.ok) return { entities: [], problems, locate: () => ({ file, line: 1, column: 1 }) };
  const report: Report = (path, at, message) => {
    const position = at === 'value' ? yaml.positionOf(path) : yaml.positionOfName(path);
    problems.push({ file, ...position, path: formatDocumentPath(path), message });
  };
  const entities = parseRoot({ file, yaml, report });
  const owner = parseOwner({ file, yaml, report });
  return { owner, entities, problems, locate: (path) => ({ file, ...yaml.positionOf(path) }) };
}

function parseRoot(context: Context): readonly NamedEntity[] {
  const { yaml, report } = context;
  if (yaml.value !== null && !isMapping(yaml.value)) {
    report([], 'value', `should be a map of sections that starts with \`tollgate: ${DOCUMENT_VERSION}\``);
    return [];
  }
  const root = yaml.value ?? {};
  checkVersion(root, report);
  return Object.entries(root).flatMap(([section, value]) => {
    if (section === 'tollgate' || section === 'owner') return [];
    const kind = Object.hasOwn(documentSections, section) ? documentSections[section] : undefined;
    if (kind === undefined) {
      const known = ['tollgate', 'owner', ...Object.keys(documentSections)];
      const unsupported = isUnsupportedSection(section);
      report([section], 'name', unsupported ? unsupportedMessage(section) : unknownMessage('section', section, known));
      return [];
    }
    return parseSection(section, kind, value, context);
  });
}

function checkVersion(root: object, report: Report): void {
  if (!Object.hasOwn(root, 'tollgate'))
    report([], 'value', `\`tollgate: ${DOCUMENT_VERSION}\` is missing: each file says the version of its format`);
  else if ((root as { readonly tollgate: unknown }).tollgate !== DOCUMENT_VERSION)
    report(['tollgate'], 'value', `should be ${DOCUMENT_VERSION}: the version of the format that this Tollgate reads`);
}

function parseOwner({ yaml, report }: Context): ParsedFile['owner'] {
  if (!isMapping(yaml.value) || !Object.hasOwn(yaml.value, 'owner')) return undefined;
  const parsed = documentOwner.safeParse((yaml.value as { readonly owner: unknown }).owner, { error: describeIssue });
  for (const { message } of parsed.error?.issues ?? []) report(['owner'], 'value', message);
  return parsed.data;
}

function parseSection(
  section: string,
  kind: EntityKind,
  value: unknown,
  { file, yaml, report }: Context,
): readonly NamedEntity[] {
  if (value === null) return [];
  if (!isMapping(value)) {
    report([section], 'value', 'should be a map from names to entities');
    return [];
  }
  return Object.entries(value).map(([name, declared]) => {
    const at = { file, ...yaml.positionOfName([section, name]) };
    const checked = checkEntity(kind, name, declared);
    if (!checked.ok) {
      for (const { path, at: where, message } of checked.problems) report([section, name, ...path], where, message);
      return { section, name, at };
    }
    return { section, name, at, entity: toEntity(kind, name, checked.declaration, at) };
  });
}

function toEntity<Kind extends EntityKind>(
  kind: Kind,
  name: string,
  declaration: DocumentDeclarations[Kind],
  at: DocumentPlace,
): DocumentEntity {
  // Kind and declaration belong together by the signature; the compiler does not distribute an object over a type parameter.
  return { kind, name, declaration, at } as DocumentEntity;
}

/** A secret may have been written as a name by mistake, so a path is not shown beyond the field of a secret. */
function pathToShow(path: readonly PathSegment[]): string {
  const [section, , field] = path;
  const kind = Object.hasOwn(documentSections, section ?? '') ? documentSections[section ?? ''] : undefined;
  const isSecret = kind !== undefined && secretFields(kind).some((secret) => secret.field === field);
  return formatDocumentPath(isSecret ? path.slice(0, 3) : path);
}

const isMapping = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
