import type { TreeMap, TreeNode } from './document-tree.ts';

const INDENT = '  ';

/** Writes a document that is JSON as JSON, each field in its own line. JSON has no comments, anchors and blocks. */
export function printJson(root: TreeMap): string {
  return `${printNode(root, '')}\n`;
}

function printNode(node: TreeNode, pad: string): string {
  switch (node.kind) {
    case 'map':
      return enclose(
        '{',
        '}',
        node.entries.map(({ key, value }) => `${key}: ${printNode(value, pad + INDENT)}`),
        pad,
      );
    case 'list':
      return enclose(
        '[',
        ']',
        node.items.map(({ value }) => printNode(value, pad + INDENT)),
        pad,
      );
    case 'scalar':
      return node.text;
    case 'alias':
    case 'block-scalar':
      throw new Error(`JSON has no ${node.kind}`);
    default:
      return node satisfies never;
  }
}

function enclose(open: string, close: string, parts: readonly string[], pad: string): string {
  if (parts.length === 0) return `${open}${close}`;
  return `${open}\n${parts.map((part) => pad + INDENT + part).join(',\n')}\n${pad}${close}`;
}
