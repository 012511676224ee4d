import { isAlias, isCollection, isMap, isScalar, isSeq, type Node, type Pair, type YAMLMap } from 'yaml';
import { type AliasTargets, keyName, type Path, startOf } from './yaml-structure.ts';

/** Finds where in the text the value or the name at a path starts; of a path that leads nowhere, its nearest ancestor. */
export type Places = { valueOffset(path: Path): number; nameOffset(path: Path): number };

type Found = { readonly key?: unknown; readonly value: unknown };

export function createPlaces(root: unknown, targets: AliasTargets): Places {
  const indexes = new Map<YAMLMap, ReadonlyMap<string, Pair>>();
  return {
    valueOffset(path) {
      const { key, value } = find(path);
      return key === undefined || standsOnItsOwn(value) ? startOf(value) : startOf(key);
    },
    nameOffset(path) {
      const { key, value } = find(path);
      return startOf(key ?? value);
    },
  };

  function find(path: Path): Found {
    let found: Found = { value: root };
    for (const segment of path) {
      const next = step(resolve(found.value), segment);
      if (next === undefined) return found;
      found = next;
    }
    return found;
  }

  function step(node: unknown, segment: string | number): Found | undefined {
    if (isMap(node)) return pairsOf(node).get(String(segment));
    if (!isSeq(node) || typeof segment !== 'number' || segment >= node.items.length) return undefined;
    return { value: node.items[segment] };
  }

  /** Maps can have thousands of names, and each may have a problem: each map is indexed once, when first asked for. */
  function pairsOf(map: YAMLMap): ReadonlyMap<string, Pair> {
    const known = indexes.get(map) ?? new Map(map.items.map((pair) => [keyName(pair.key), pair]));
    indexes.set(map, known);
    return known;
  }

  function resolve(node: unknown): Node | unknown {
    return isAlias(node) ? targets.get(node) : node;
  }
}

/** A block map or list starts in the next line, and nothing starts nowhere; then the name is the better place to point at. */
function standsOnItsOwn(value: unknown): boolean {
  if (isCollection(value)) return value.flow === true;
  return isAlias(value) || (isScalar(value) && value.source !== '');
}
