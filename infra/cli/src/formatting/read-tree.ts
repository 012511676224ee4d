import { isAlias, isCollection, isMap, isPair, isScalar, isSeq, type YAMLMap, type YAMLSeq } from 'yaml';
import { type CommentQueue, createCommentQueue, takeWhile, toLines } from './comment-queue.ts';
import type { DocumentTree, TreeEntry, TreeItem, TreeMap, TreeNode } from './document-tree.ts';
import { type Comment, isAfterBlankLine, readComments } from './read-comments.ts';
import { propertiesOf, readKey, readScalar } from './read-scalar.ts';
import { splitHeader } from './split-header.ts';

type Collection = YAMLMap | YAMLSeq;
type Context = { readonly source: string; readonly comments: CommentQueue };
/** `until` is where the next thing starts that is not part of this one; `column` is where the surrounding lines start. */
type Bounds = { readonly until: number; readonly column: number };

const isOwnLine = (comment: Comment): boolean => comment.isOwnLine;
const isBehind = (comment: Comment): boolean => !comment.isOwnLine;
const isAny = (): boolean => true;

/**
 * Reads values and comments together. A comment in a line of its own belongs to what follows, or to the end of the innermost
 * collection that it is indented like; one behind something belongs to that.
 * @param root the map that the parser made of `source`, with its tokens
 */
export function readTree(source: string, root: YAMLMap): DocumentTree {
  const context = { source, comments: createCommentQueue(readComments(source)) };
  return splitHeader(readMap(root, { until: Number.POSITIVE_INFINITY, column: -1 }, context));
}

function readNode(node: unknown, bounds: Bounds, context: Context): TreeNode {
  if (isAlias(node)) return { kind: 'alias', name: node.source };
  if (isScalar(node)) return { ...readScalar(node, context.source), properties: propertiesOf(node) };
  if (isMap(node)) return { ...readMap(node, bounds, context), properties: propertiesOf(node) };
  if (isSeq(node)) {
    const items = node.items.map((item, index) =>
      readItem(startOfEntry(node, index), item, innerBounds(node, index, bounds, context), context),
    );
    const trailing = readTrailing(node, bounds, context);
    return { kind: 'list', isFlow: isFlow(node), items, trailing, properties: propertiesOf(node) };
  }
  return { kind: 'scalar', text: '' };
}

function readMap(map: YAMLMap, bounds: Bounds, context: Context): TreeMap {
  const entries = map.items.map(({ key, value }, index): TreeEntry => {
    const item = readItem(startOfEntry(map, index), value, innerBounds(map, index, bounds, context), context);
    const name = isScalar(key) ? String(key.value) : '';
    // A blank line before the first entry sets nothing apart.
    const isAfterBlank = item.isAfterBlank && index > 0;
    return { ...item, name, key: readKey(key, context.source), isAfterBlank };
  });
  return { kind: 'map', isFlow: isFlow(map), entries, trailing: readTrailing(map, bounds, context) };
}

function readItem(start: number, node: unknown, bounds: Bounds, context: Context): TreeItem {
  const { comments, source } = context;
  const before = takeWhile(comments, start, isAny);
  const leading = before.filter(isOwnLine);
  const behind = before.filter(isBehind);
  if (isCollection(node) && node.items.length > 0) behind.push(...takeWhile(comments, startOfEntry(node, 0), isBehind));
  else {
    const inside = takeWhile(comments, endOf(node), isAny);
    leading.push(...inside.filter(isOwnLine));
    behind.push(...inside.filter(isBehind));
  }
  const value = readNode(node, bounds, context);
  const isInLine = (comment: Comment): boolean =>
    !comment.isOwnLine && !source.slice(endOf(node), comment.offset).includes('\n');
  if (!isCollection(node) || isFlow(node)) behind.push(...takeWhile(comments, bounds.until, isInLine));
  const isAfterBlank = leading[0]?.isAfterBlank ?? isAfterBlankLine(source, start);
  const isApart =
    leading.length > 0 && leading.every(({ offset }) => offset < start) && isAfterBlankLine(source, start);
  const lines = [...toLines(leading), ...toLines(behind.slice(0, -1)), ...(isApart ? [''] : [])];
  return { leading: lines, isAfterBlank, comment: behind.at(-1)?.text, value };
}

/** The outermost collection takes all that is left; one in braces what stands in them. */
function readTrailing(node: Collection, { until, column }: Bounds, { source, comments }: Context): readonly string[] {
  const own = columnOf(startOf(node), source);
  const isIndentedAlike = (comment: Comment): boolean =>
    comment.isOwnLine && comment.column >= own && comment.column > column;
  const trailing =
    column < 0 || isFlow(node)
      ? takeWhile(comments, column < 0 ? until : endOf(node), isAny)
      : takeWhile(comments, until, isIndentedAlike);
  return [...(trailing[0]?.isAfterBlank ? [''] : []), ...toLines(trailing)];
}

function innerBounds(node: Collection, index: number, { until }: Bounds, { source }: Context): Bounds {
  const end = isFlow(node) ? endOf(node) : until;
  const isLast = index + 1 === node.items.length;
  return { until: isLast ? end : startOfEntry(node, index + 1), column: columnOf(startOf(node), source) };
}

const isFlow = (node: Collection): boolean => node.flow === true;

/** Where an entry of a collection starts: its name, or its dash. */
function startOfEntry(node: Collection, index: number): number {
  const item: unknown = node.items[index];
  if (isPair(item)) return startOf(item.key);
  const tokens = node.srcToken?.type === 'block-seq' ? node.srcToken.items[index]?.start : [];
  return tokens?.find(({ type }) => type === 'seq-item-ind')?.offset ?? startOf(item);
}

const columnOf = (offset: number, source: string): number => offset - (source.lastIndexOf('\n', offset - 1) + 1);

function startOf(node: unknown): number {
  return isAlias(node) || isScalar(node) || isCollection(node) ? (node.range?.[0] ?? 0) : 0;
}

function endOf(node: unknown): number {
  return isAlias(node) || isScalar(node) || isCollection(node) ? (node.range?.[1] ?? 0) : 0;
}
