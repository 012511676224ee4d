import type { DocumentTree, TreeMap } from './document-tree.ts';

/** Editors look for these in the first lines. */
const MODELINE = /^#\s*(yaml-language-server|!)/;

/** Takes the comments that speak of the whole document from its first entry: all up to the last blank line, else a modeline. */
export function splitHeader(root: TreeMap): DocumentTree {
  const [first, ...rest] = root.entries;
  if (first === undefined) return { header: [], root };
  const lastBlank = first.leading.lastIndexOf('');
  const isHeaded = lastBlank < 0 && MODELINE.test(first.leading[0] ?? '');
  const header = first.leading.slice(0, isHeaded ? 1 : Math.max(lastBlank, 0));
  const leading = first.leading.slice(isHeaded ? 1 : lastBlank + 1);
  return { header, root: { ...root, entries: [{ ...first, leading }, ...rest] } };
}
