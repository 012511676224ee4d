import type { TreeItem, TreeNode } from './document-tree.ts';

/** Texts that need no quotes anywhere, be it in a line of its own or in braces. */
const PLAIN = /^[A-Za-z0-9_/.][\w .:;/+@#*%()!?’–→…-]*$/;
const NEEDS_QUOTES = /\s#|:(\s|$)|\s$|^\.{1,3}$|^---/;
/** What YAML's core schema would read as something else than a text. */
const NO_TEXT = /^(true|false|null|~|[-+]?(\.inf|\.nan)|\.nan|[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?|0[xo][0-9a-f]+)$/i;

/** A plain value as it is written: small things in braces, what holds a list of maps in lines of its own. */
export function toTree(value: unknown): TreeNode {
  if (Array.isArray(value)) {
    const items = value.map((item) => toItem(item));
    const isFlow = items.every((item) => item.value.kind !== 'map' && isInline(item.value));
    return { kind: 'list', isFlow, items, trailing: [] };
  }
  if (typeof value !== 'object' || value === null) return { kind: 'scalar', text: toText(value) };
  const entries = Object.entries(value)
    .filter(([, field]) => field !== undefined)
    .map(([name, field]) => ({ ...toItem(field), name, key: toText(name) }));
  return { kind: 'map', isFlow: entries.every((entry) => isInline(entry.value)), entries, trailing: [] };
}

const toItem = (value: unknown): TreeItem => ({ leading: [], isAfterBlank: false, value: toTree(value) });

const isInline = (node: TreeNode): boolean => (node.kind === 'map' || node.kind === 'list' ? node.isFlow : true);

/** JSON is YAML: what cannot stand plain is written as JSON. */
function toText(value: unknown): string {
  const isPlain = typeof value === 'string' && PLAIN.test(value) && !NEEDS_QUOTES.test(value) && !NO_TEXT.test(value);
  return isPlain ? value : JSON.stringify(value);
}
