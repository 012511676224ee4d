import { isScalar, type Scalar } from 'yaml';
import type { TreeNode } from './document-tree.ts';

/** The source text of a scalar, or its lines if it is a block; a quoted or plain text of several lines becomes one line. */
export function readScalar(node: Scalar, source: string): TreeNode {
  const text = sourceOf(node, source);
  if (node.type === 'BLOCK_LITERAL' || node.type === 'BLOCK_FOLDED') return readBlock(text, String(node.value));
  return { kind: 'scalar', text: text.includes('\n') ? JSON.stringify(node.value) : text };
}

function sourceOf({ range }: Scalar, source: string): string {
  return range ? source.slice(range[0], range[1]) : '';
}

/** A name as it is written. */
export function readKey(node: unknown, source: string): string {
  return isScalar(node) ? [propertiesOf(node), sourceOf(node, source)].filter(Boolean).join(' ') : '';
}

/** Tag and anchor as they are written, or undefined if there is none. */
export function propertiesOf({
  tag,
  anchor,
}: {
  tag?: string | undefined;
  anchor?: string | undefined;
}): string | undefined {
  const parts = [tag?.replace('tag:yaml.org,2002:', '!!'), anchor === undefined ? undefined : `&${anchor}`];
  return parts.filter(Boolean).join(' ') || undefined;
}

function readBlock(text: string, value: string): TreeNode {
  const [head = '', ...body] = text.split('\n');
  const style = head[0] ?? '|';
  const modifiers = /^[|>]([\d+-]*)/.exec(head)?.[1] ?? '';
  const indent = indentOf(body) - indentOf(value.split('\n'));
  const lines = body.map((line) => line.slice(indent));
  while (lines.length > 0 && lines.at(-1) === '') lines.pop();
  // Where blank lines at its end are part of it, there is no telling them from those that set sections apart.
  if (modifiers.includes('+') || lines.at(-1)?.trim() === '') return { kind: 'scalar', text: JSON.stringify(value) };
  return { kind: 'block-scalar', header: modifiers.includes('-') ? `${style}-` : style, lines };
}

/** How many blanks the first line has that is not blank. */
function indentOf(lines: readonly string[]): number {
  const first = lines.find((line) => line.trim() !== '') ?? '';
  return first.length - first.trimStart().length;
}
