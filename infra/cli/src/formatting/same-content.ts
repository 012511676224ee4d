import { isAlias, isMap, isScalar, isSeq, type Pair, type Scalar, type YAMLMap, type YAMLSeq } from 'yaml';

type NodeBase = Scalar | YAMLMap | YAMLSeq;

/** Whether two parsed documents say the same: the order of fields does not matter, that of lists does. */
export function sameContent(left: unknown, right: unknown): boolean {
  if (isAlias(left)) return isAlias(right) && left.source === right.source;
  if (isScalar(left)) return isScalar(right) && Object.is(left.value, right.value) && sameProperties(left, right);
  if (isSeq(left)) return isSeq(right) && sameProperties(left, right) && sameItems(left.items, right.items);
  if (!isMap(left)) return isEmpty(left) && isEmpty(right);
  if (!isMap(right) || !sameProperties(left, right) || left.items.length !== right.items.length) return false;
  const [ours, theirs] = [byName(left.items), byName(right.items)];
  return ours.every(({ key, value }, index) => {
    const other = theirs[index];
    return other !== undefined && nameOf(key) === nameOf(other.key) && sameOrEmpty(value, other.value);
  });
}

const sameProperties = (left: NodeBase, right: NodeBase): boolean =>
  left.anchor === right.anchor && left.tag === right.tag;

const sameItems = (left: readonly unknown[], right: readonly unknown[]): boolean =>
  left.length === right.length && left.every((item, index) => sameContent(item, right[index]));

/** In braces a name may stand without a colon; it is written as null then. */
const sameOrEmpty = (left: unknown, right: unknown): boolean =>
  left === null ? isEmpty(right) : sameContent(left, right);

const isEmpty = (node: unknown): boolean =>
  node === null || node === undefined || (isScalar(node) && node.value === null);

const byName = (pairs: readonly Pair[]): readonly Pair[] =>
  [...pairs].sort((a, b) => (nameOf(a.key) < nameOf(b.key) ? -1 : Number(nameOf(a.key) > nameOf(b.key))));

const nameOf = (key: unknown): string => (isScalar(key) ? String(key.value) : '');
