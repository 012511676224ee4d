import { type Document, isAlias, isMap, isScalar, isSeq, type Node, type Pair, type YAMLMap } from 'yaml';
import { type ConfigEntry, type ConfigMap, type ConfigNode, type ConfigPlace, MERGE_KEY } from './config-node.ts';
import { isSecretName } from './secret-names.ts';

type Problem = { readonly offset: number; readonly message: string };

/** Where a node stands: its path for people, and whether its names could be secrets. */
type Place = { readonly path: string; readonly isSecret: boolean };

const EMPTY: ConfigNode = { kind: 'text', text: '', isPlain: true };

/** Turns the parser's tree into ours. What several aliases stand for is one object, so that each key is there once. */
export function createNodeReader(document: Document, placeAt: (offset: number) => ConfigPlace) {
  const known = new Map<Node, ConfigNode>();
  const underWay = new Set<Node>();
  let problem: Problem | undefined;

  return {
    /** The root, and the first alias that leads nowhere or around. */
    read(): { readonly root: ConfigNode; readonly problem: Problem | undefined } {
      const root = readNode(document.contents, { path: '', isSecret: false });
      return { root, problem };
    },
  };

  function readNode(node: unknown, place: Place): ConfigNode {
    if (isAlias(node)) return readAlias(node.resolve(document), node.range?.[0] ?? 0, place);
    if (isScalar(node)) return { kind: 'text', text: String(node.value ?? ''), isPlain: node.type === 'PLAIN' };
    if (!isMap(node) && !isSeq(node)) return EMPTY;
    const earlier = known.get(node);
    if (earlier) return earlier;
    underWay.add(node);
    const read = isMap(node) ? readMap(node, place) : readList(node.items, place);
    underWay.delete(node);
    known.set(node, read);
    return read;
  }

  function readAlias(target: Node | undefined, offset: number, place: Place): ConfigNode {
    if (target !== undefined && !underWay.has(target)) return readNode(target, place);
    problem ??= { offset, message: target ? 'an alias stands inside of what it stands for' : 'an alias has no anchor' };
    return EMPTY;
  }

  function readList(items: readonly unknown[], place: Place): ConfigNode {
    return {
      kind: 'list',
      items: items.map((item, index) => readNode(item, { ...place, path: `${place.path}[${index}]` })),
    };
  }

  function readMap(map: YAMLMap, place: Place): ConfigMap {
    const last = new Map(map.items.map((pair) => [nameOf(pair), pair]));
    const entries = map.items.map((pair) => readEntry(pair, last.get(nameOf(pair)) ?? pair, place));
    const merged = entries.flatMap(({ name, value }) => (name === MERGE_KEY ? mapsOf(value) : []));
    return { kind: 'map', entries, merged, isAnchored: map.anchor !== undefined };
  }

  function readEntry(pair: Pair, last: Pair, { path, isSecret }: Place): ConfigEntry {
    const name = nameOf(pair);
    const shown = isSecret ? '…' : name;
    const inner = path === '' ? shown : `${path}.${shown}`;
    const value = readNode(pair.value, { path: inner, isSecret: isSecret || isSecretName(name) });
    const supersededAt = last === pair ? undefined : placeAt(offsetOf(last));
    return { name, place: placeAt(offsetOf(pair)), path: inner, value, supersededAt };
  }

  function nameOf({ key }: Pair): string {
    const node = isAlias(key) ? key.resolve(document) : key;
    return isScalar(node) ? String(node.value) : '?';
  }
}

const mapsOf = (value: ConfigNode): readonly ConfigMap[] => {
  if (value.kind === 'map') return [value];
  return value.kind === 'list' ? value.items.flatMap((item) => (item.kind === 'map' ? [item] : [])) : [];
};

function offsetOf({ key }: Pair): number {
  return isScalar(key) || isAlias(key) || isMap(key) || isSeq(key) ? (key.range?.[0] ?? 0) : 0;
}
