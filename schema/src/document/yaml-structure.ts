import { type Alias, isAlias, isCollection, isMap, isScalar, isSeq, type Node, type YAMLMap } from 'yaml';
import type { PathSegment } from './document-path.ts';

export type Path = readonly PathSegment[];

/** What each alias stands for. */
export type AliasTargets = ReadonlyMap<Alias, Node>;

export type StructureProblem = {
  readonly path: Path;
  readonly message: string;
  readonly offset: number;
  /** Whether the rest can be read in spite of it. */
  readonly isReadable: boolean;
  /** The offset that `message` speaks of: it holds `%LINE%` for its line. */
  readonly otherOffset?: number;
};

/**
 * Walks the tree once, without entering aliases, and finds what plain objects could not tell any more: a name given twice,
 * `__proto__` as a name, an alias to nothing or to what it stands in.
 */
export function checkStructure(root: unknown): { targets: AliasTargets; problems: readonly StructureProblem[] } {
  const anchors = new Map<string, Node>();
  const targets = new Map<Alias, Node>();
  const problems: StructureProblem[] = [];
  visit(root, [], []);
  return { targets, problems };

  function visit(node: unknown, path: Path, ancestors: readonly Node[]): void {
    if (isAlias(node)) visitAlias(node, path, ancestors);
    else if ((isCollection(node) || isScalar(node)) && node.anchor !== undefined) anchors.set(node.anchor, node);
    if (isMap(node)) visitMap(node, path, [...ancestors, node]);
    if (isSeq(node))
      for (const [index, item] of node.items.entries()) visit(item, [...path, index], [...ancestors, node]);
  }

  function visitAlias(alias: Alias, path: Path, ancestors: readonly Node[]): void {
    const target = anchors.get(alias.source);
    const offset = startOf(alias);
    if (target === undefined)
      problems.push({ path, offset, isReadable: false, message: 'no anchor of this name stands before this alias' });
    else if (ancestors.includes(target))
      problems.push({ path, offset, isReadable: false, message: 'an alias cannot stand inside of what it stands for' });
    else targets.set(alias, target);
  }

  function visitMap(map: YAMLMap, path: Path, ancestors: readonly Node[]): void {
    const seen = new Map<string, number>();
    for (const { key, value } of map.items) {
      const name = keyName(key);
      const [inner, offset] = [[...path, name], startOf(key)];
      const first = seen.get(name);
      if (first === undefined) seen.set(name, offset);
      else problems.push({ ...TWICE, path: inner, offset, otherOffset: first });
      if (name === '__proto__')
        problems.push({ path: inner, offset, isReadable: false, message: 'this name cannot be used' });
      visit(value, inner, ancestors);
    }
  }
}

/** What is given last is read. */
const TWICE = Object.freeze({ isReadable: true, message: 'is given twice, first in line %LINE%' });

export const keyName = (key: unknown): string => (isScalar(key) ? String(key.value) : '');

export const startOf = (node: unknown): number =>
  isAlias(node) || isScalar(node) || isCollection(node) ? (node.range?.[0] ?? 0) : 0;
