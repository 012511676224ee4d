import type { DocumentTree, TreeEntry, TreeItem, TreeMap, TreeNode } from './document-tree.ts';
import { printInline } from './print-inline.ts';

const LINE_WIDTH = 100;
const INDENT = '  ';

/**
 * Writes a document: two blanks a level, a blank line between sections, and braces as they were written as long as they fit
 * in a line of 100 characters and hold no comment.
 */
export function printTree({ header, root }: DocumentTree): string {
  const lines = [
    ...(header.length > 0 ? [...header, ''] : []),
    ...printEntries({ ...root, entries: root.entries.map(setApart) }, ''),
  ];
  return `${lines.join('\n')}\n`;
}

/** Sections stand apart; `tollgate` and `owner` are of one line. */
function setApart(entry: TreeEntry): TreeEntry {
  const isSection = entry.value.kind === 'map' || entry.value.kind === 'list';
  return isSection ? { ...entry, isAfterBlank: true } : entry;
}

function printEntries({ entries, trailing }: TreeMap, pad: string): readonly string[] {
  const lines = entries.flatMap((entry, index) => [
    ...printLeading(entry, pad, index === 0),
    ...printValue(`${pad}${entry.key}:`, entry, pad),
  ]);
  return [...lines, ...indentAll(trailing, pad)];
}

function printItems(items: readonly TreeItem[], pad: string): readonly string[] {
  return items.flatMap((item, index) => {
    const { leading, value } = hoistLeading(item.value);
    const whole = { ...item, leading: [...item.leading, ...leading], value };
    return [...printLeading(whole, pad, index === 0), ...printListed(whole, pad)];
  });
}

/** A collection starts in the line of its dash, if nothing else has to stand there. */
function printListed(item: TreeItem, pad: string): readonly string[] {
  const { value, comment } = item;
  const isOpen = comment === undefined && value.properties === undefined && !fitsInline(`${pad}-`, value);
  if (!isOpen || (value.kind !== 'map' && value.kind !== 'list')) return printValue(`${pad}-`, item, pad);
  const [first = '', ...rest] = printBlock(value, pad + INDENT);
  return [`${pad}- ${first.trimStart()}`, ...rest];
}

/** Comments over the first entry of a listed collection would be read as standing over the item: there they are written. */
function hoistLeading(value: TreeNode): { readonly leading: readonly string[]; readonly value: TreeNode } {
  if (value.kind === 'map' && value.entries[0] !== undefined) {
    const [first, ...rest] = value.entries;
    return { leading: first.leading, value: { ...value, entries: [{ ...first, leading: [] }, ...rest] } };
  }
  if (value.kind !== 'list' || value.items[0] === undefined) return { leading: [], value };
  const [first, ...rest] = value.items;
  const inner = hoistLeading(first.value);
  const item = { ...first, leading: [], value: inner.value };
  return { leading: [...first.leading, ...inner.leading], value: { ...value, items: [item, ...rest] } };
}

function printLeading({ leading, isAfterBlank }: TreeItem, pad: string, isFirst: boolean): readonly string[] {
  return [...(isAfterBlank && !isFirst ? [''] : []), ...indentAll(leading, pad)];
}

/** @param head the name with its colon, or the dash, indented */
function printValue(head: string, { value, comment }: TreeItem, pad: string): readonly string[] {
  const behind = comment === undefined ? '' : ` ${comment}`;
  const inline = printInline(value);
  if (inline !== undefined && fitsInline(head, value))
    return [`${inline === '' ? head : `${head} ${inline}`}${behind}`];
  const start = value.properties === undefined ? head : `${head} ${value.properties}`;
  const { opening, lines } = openBlock(value);
  const body = lines ? lines.map((line) => (line === '' ? '' : pad + INDENT + line)) : printBlock(value, pad + INDENT);
  return [`${start}${opening}${behind}`, ...body];
}

function openBlock(value: TreeNode): { readonly opening: string; readonly lines?: readonly string[] } {
  if (value.kind !== 'block-scalar') return { opening: '' };
  const startsIndented = value.lines.find((line) => line !== '')?.startsWith(' ');
  const [style = '|', chomping = ''] = value.header;
  return { opening: ` ${style}${startsIndented ? INDENT.length : ''}${chomping}`, lines: value.lines };
}

function fitsInline(head: string, value: TreeNode): boolean {
  const inline = printInline(value);
  if (inline === undefined) return false;
  const isBraced =
    (value.kind === 'map' && value.entries.length > 0) || (value.kind === 'list' && value.items.length > 0);
  return !isBraced || head.length + 1 + inline.length <= LINE_WIDTH;
}

function printBlock(value: TreeNode, pad: string): readonly string[] {
  if (value.kind === 'map') return printEntries(value, pad);
  return value.kind === 'list' ? [...printItems(value.items, pad), ...indentAll(value.trailing, pad)] : [];
}

const indentAll = (lines: readonly string[], pad: string): readonly string[] =>
  lines.map((line) => (line === '' ? '' : pad + line));
