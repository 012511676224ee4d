import type { TreeItem, TreeList, TreeMap, TreeNode } from './document-tree.ts';

/** The node in one line, or undefined if it needs several: a block, or one with comments in it. */
export function printInline(node: TreeNode): string | undefined {
  const text = printContent(node);
  if (text === undefined || node.properties === undefined) return text;
  return `${node.properties} ${text}`.trimEnd();
}

function printContent(node: TreeNode): string | undefined {
  switch (node.kind) {
    case 'scalar':
      return node.text;
    case 'alias':
      return `*${node.name}`;
    case 'block-scalar':
      return undefined;
    case 'map':
      return enclose(
        node,
        node.entries,
        '{}',
        (pairs) => `{ ${pairs} }`,
        ({ key }, text) => `${key}: ${text}`,
      );
    case 'list':
      return enclose(
        node,
        node.items,
        '[]',
        (items) => `[${items}]`,
        (_, text) => text,
      );
    default:
      return node satisfies never;
  }
}

/** Within braces nothing is left empty, and there is no room for comments. */
function enclose<Item extends TreeItem>(
  { isFlow, trailing }: TreeMap | TreeList,
  items: readonly Item[],
  empty: string,
  wrap: (items: string) => string,
  print: (item: Item, text: string) => string,
): string | undefined {
  if (trailing.length > 0) return undefined;
  if (items.length === 0) return empty;
  if (!isFlow) return undefined;
  const texts: string[] = [];
  for (const item of items) {
    const text = item.leading.length === 0 && item.comment === undefined ? printInline(item.value) : undefined;
    if (text === undefined) return undefined;
    texts.push(print(item, text === '' ? 'null' : text));
  }
  return wrap(texts.join(', '));
}
