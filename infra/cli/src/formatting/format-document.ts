import { type DocumentFile, type DocumentProblem, documentJsonSchema, parseDocument } from '@tollgate/schema';
import { isMap, type YAMLMap } from 'yaml';
import { createFieldOrder, type FieldOrder } from './field-order.ts';
import { parseSource } from './parse-source.ts';
import { printJson } from './print-json.ts';
import { printTree } from './print-tree.ts';
import { readComments } from './read-comments.ts';
import { readTree } from './read-tree.ts';
import { sameContent } from './same-content.ts';
import { sortTree } from './sort-fields.ts';

export type Formatted =
  | { readonly kind: 'formatted'; readonly text: string }
  /** Not YAML or JSON: it cannot be formatted before that is mended. */
  | { readonly kind: 'unreadable'; readonly problems: readonly DocumentProblem[] }
  /** Readable, but no config document: its `tollgate` is missing. */
  | { readonly kind: 'other' };

/**
 * Formats one file of a config document, by itself; whether what it declares is right does not matter.
 * It throws an Error if the formatted text would not say the same; then it is not given out.
 */
export type DocumentFormatter = (file: DocumentFile) => Formatted;

/** Formats by the order of fields in the document's own schema, which is read once. */
export function createDocumentFormatter(): DocumentFormatter {
  const order = createFieldOrder(documentJsonSchema());
  return (file) => formatDocument(file, order);
}

function formatDocument({ path, text }: DocumentFile, order: FieldOrder): Formatted {
  const source = text.replace(/^\ufeff/, '').replaceAll('\r\n', '\n');
  const parsed = parseSource(source, { keepSourceTokens: true });
  const [problem] = [...parsed.errors, ...parsed.warnings];
  if (problem) return { kind: 'unreadable', problems: parseDocument([{ path, text }]).problems };
  if (isJsonFile(path) && !isJson(source)) return { kind: 'unreadable', problems: [notJson(path)] };
  if (!isMap(parsed.contents) || !parsed.contents.has('tollgate')) return { kind: 'other' };
  return { kind: 'formatted', text: format(path, source, parsed.contents, order) };
}

function format(path: string, source: string, root: YAMLMap, order: FieldOrder): string {
  const tree = sortTree(readTree(source, root), order);
  const formatted = isJsonFile(path) ? printJson(tree.root) : printTree(tree);
  if (!sameContent(root, parseSource(formatted).contents) || !sameComments(source, formatted))
    throw new Error(`${path} would not say the same after it was formatted; it is left as it is`);
  return formatted;
}

function sameComments(left: string, right: string): boolean {
  const [ours, theirs] = [left, right].map((source) => readComments(source).map(({ text }) => text));
  return ours?.toSorted().join('\n') === theirs?.toSorted().join('\n');
}

const notJson = (file: string): DocumentProblem => ({
  file,
  line: 1,
  column: 1,
  path: '',
  message: 'is not JSON, which its name says it is: comments and trailing commas need a .yaml file',
});

const isJsonFile = (path: string): boolean => path.toLowerCase().endsWith('.json');

function isJson(source: string): boolean {
  try {
    JSON.parse(source);
    return true;
  } catch {
    return false;
  }
}
