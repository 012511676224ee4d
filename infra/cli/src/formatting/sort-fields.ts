import type { DocumentTree, TreeMap, TreeNode } from './document-tree.ts';
import type { FieldOrder } from './field-order.ts';

/**
 * Puts sections and fields into the order of the schema; unknown ones behind them, names of entities and lists as they are.
 * A document with an alias keeps its order, as the anchor has to stand before it.
 */
export function sortTree(tree: DocumentTree, order: FieldOrder): DocumentTree {
  return hasAlias(tree.root) ? tree : { ...tree, root: sortMap(tree.root, order) };
}

function sortMap(map: TreeMap, order: FieldOrder): TreeMap {
  const rank = new Map(order.names.map((name, index) => [name, index]));
  const rankOf = (name: string): number => rank.get(name) ?? order.names.length;
  const entries = map.entries
    .map((entry) => ({ ...entry, value: sortNode(entry.value, order.field(entry.name)) }))
    .sort((a, b) => rankOf(a.name) - rankOf(b.name));
  return { ...map, entries };
}

function sortNode(node: TreeNode, order: FieldOrder): TreeNode {
  if (node.kind === 'map') return { ...sortMap(node, order), properties: node.properties };
  if (node.kind !== 'list') return node;
  return { ...node, items: node.items.map((item) => ({ ...item, value: sortNode(item.value, order.item()) })) };
}

function hasAlias(node: TreeNode): boolean {
  if (node.kind === 'map') return node.entries.some(({ value }) => hasAlias(value));
  return node.kind === 'list' ? node.items.some(({ value }) => hasAlias(value)) : node.kind === 'alias';
}
