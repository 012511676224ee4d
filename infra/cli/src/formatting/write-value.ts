import { documentJsonSchema } from '@tollgate/schema';
import type { TreeMap } from './document-tree.ts';
import { createFieldOrder } from './field-order.ts';
import { printTree } from './print-tree.ts';
import { sortTree } from './sort-fields.ts';
import { toTree } from './value-tree.ts';

/** Writes a document that is a plain value, as `fmt` leaves it, with these comments at its top. */
export type DocumentWriter = (document: object, comments: readonly string[]) => string;

export function createDocumentWriter(): DocumentWriter {
  const order = createFieldOrder(documentJsonSchema());
  return (document, comments) => {
    const root = toTree(document);
    if (root.kind !== 'map') throw new Error('a config document is a map of sections');
    const header = comments.map((comment) => `# ${comment}`.trimEnd());
    return printTree(sortTree({ header, root: inLines(root) }, order));
  };
}

/** Sections, and their entities, have lines of their own. */
function inLines(root: TreeMap): TreeMap {
  const entries = root.entries.map((section) => {
    const isFilled = section.value.kind === 'map' && section.value.entries.length > 0;
    return isFilled ? { ...section, value: { ...section.value, isFlow: false } } : section;
  });
  return { ...root, entries };
}
