import { createScalarReader, type ScalarReader } from './plain-scalars.ts';

/** What was read, and where the names in its outermost two levels start: the sections and the entities in them. */
export type PlainYaml = {
  readonly value: unknown;
  /** Undefined for every other path. */
  nameOffset(path: readonly (string | number)[]): number | undefined;
};

/** Thrown where the text goes beyond what is read here; it never leaves this file. */
const BEYOND = Symbol('beyond the plain part of YAML');
const beyond = (): never => {
  throw BEYOND;
};

/** Line ends of other systems, tabs, characters that do not print, several documents, directives. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
const UNUSUAL = /[\x00-\x09\x0b-\x1f\x7f-\x9f\ufeff]|^(?:---|\.\.\.|%)/m;
const NESTED_MAX = 50;
const NAMED_LEVELS = 2;

type Members = Record<string, unknown>;

/**
 * Reads the plain part of YAML, in which nearly all documents are written, in a twentieth of the time that all of YAML takes:
 * block and flow maps and lists, and scalars on one line. Whatever it gives, the full reader gives too; whatever is wrong,
 * unusual or given twice it leaves to that one, and answers undefined.
 */
export function readPlainYaml(text: string): PlainYaml | undefined {
  if (UNUSUAL.test(text)) return undefined;
  const names = new WeakMap<object, Map<string, number>>();
  const scalars = createScalarReader(text, beyond);
  let at = 0;
  /** Of the line that `at` stands in, where a block goes on; -1 at the end of the text. */
  let indent = 0;
  try {
    toNextLine();
    const value = indent < 0 ? null : readRoot();
    // A line that no block takes up is indented otherwise than all of them: it goes on with a scalar, or is wrong.
    if (indent >= 0) return undefined;
    return { value, nameOffset: (path) => findName(value, path) };
  } catch (error) {
    if (error === BEYOND) return undefined;
    throw error;
  }

  function findName(root: unknown, path: readonly (string | number)[]): number | undefined {
    if (path.length === 0 || path.length > NAMED_LEVELS) return undefined;
    const parent = path.length === 1 ? root : (root as Members)[path[0] as string];
    return names.get(parent as object)?.get(path.at(-1) as string);
  }

  function readRoot(): unknown {
    if (!startsFlow()) return readBlock(0);
    const value = readFlow(-1, 0);
    endLine();
    return value;
  }

  /** A block that starts where `at` stands. */
  function readBlock(depth: number): unknown {
    if (depth > NESTED_MAX) return beyond();
    return startsItem() ? readBlockList(indent, depth) : readBlockMap(indent, depth);
  }

  function readBlockMap(column: number, depth: number): unknown {
    const map = createMap(depth);
    do {
      const start = at;
      const name = scalars.blockKeyAt(at) ?? beyond();
      at = scalars.end();
      add(map, name, start, readBlockValue(column, depth, true));
    } while (indent === column);
    return map;
  }

  function readBlockList(column: number, depth: number): unknown {
    const list: unknown[] = [];
    while (indent === column && startsItem()) {
      at += 1;
      skipSpaces();
      // A map or list may start behind the dash; what else it has stands below its start.
      if (startsItem() || scalars.blockKeyAt(at) !== undefined) {
        indent = at - (text.lastIndexOf('\n', at) + 1);
        list.push(readBlock(depth + 1));
      } else list.push(readBlockValue(column, depth, false));
    }
    return list;
  }

  /** What stands behind a name or a dash, up to the line that the block at `column` goes on with. */
  function readBlockValue(column: number, depth: number, mayListStandHere: boolean): unknown {
    skipSpaces();
    if (isLineEnd()) {
      endLine();
      const isInner = indent > column || (mayListStandHere && indent === column && startsItem());
      return isInner ? readBlock(depth + 1) : null;
    }
    const value = readInline(column, depth, scalars.blockScalarAt);
    endLine();
    return value;
  }

  /** A flow map or list. All of its lines are indented deeper than `column`, the block that it stands in. */
  function readFlow(column: number, depth: number): unknown {
    if (depth > NESTED_MAX) return beyond();
    const isMap = text[at] === '{';
    const [close, map, list] = [isMap ? '}' : ']', createMap(depth), [] as unknown[]];
    at += 1;
    skipFlowSpaces(column);
    while (text[at] !== close) {
      const start = at;
      const name = isMap ? (scalars.flowKeyAt(at) ?? beyond()) : '';
      if (isMap) at = scalars.end();
      skipFlowSpaces(column);
      const value = readInline(column, depth, scalars.flowScalarAt);
      if (isMap) add(map, name, start, value);
      else list.push(value);
      skipFlowSpaces(column);
      if (text[at] === ',') at += 1;
      else if (text[at] !== close) return beyond();
      skipFlowSpaces(column);
    }
    at += 1;
    return isMap ? map : list;
  }

  function readInline(column: number, depth: number, scalarAt: ScalarReader['blockScalarAt']): unknown {
    if (startsFlow()) return readFlow(column, depth + 1);
    const value = scalarAt(at);
    at = scalars.end();
    return value;
  }

  function createMap(depth: number): Members {
    const map: Members = {};
    if (depth < NAMED_LEVELS) names.set(map, new Map());
    return map;
  }

  function add(map: Members, name: string, start: number, value: unknown): void {
    if (name === '__proto__' || Object.hasOwn(map, name)) beyond();
    map[name] = value;
    names.get(map)?.set(name, start);
  }

  function startsFlow(): boolean {
    return text[at] === '{' || text[at] === '[';
  }

  function startsItem(): boolean {
    return text[at] === '-' && (text[at + 1] === ' ' || text[at + 1] === '\n' || at + 1 === text.length);
  }

  function skipSpaces(): void {
    while (text[at] === ' ') at += 1;
  }

  /** Whether nothing but a comment is left of the line. */
  function isLineEnd(): boolean {
    return at === text.length || text[at] === '\n' || (text[at] === '#' && (at === 0 || /\s/.test(text[at - 1] ?? '')));
  }

  function skipLine(): void {
    const end = text.indexOf('\n', at);
    at = end < 0 ? text.length : end + 1;
  }

  function endLine(): void {
    skipSpaces();
    if (!isLineEnd()) beyond();
    skipLine();
    toNextLine();
  }

  /** To the next line that says something, from the start of a line. */
  function toNextLine(): void {
    while (at < text.length) {
      const start = at;
      skipSpaces();
      indent = at - start;
      if (!isLineEnd()) return;
      skipLine();
    }
    indent = -1;
  }

  function skipFlowSpaces(column: number): void {
    skipSpaces();
    if (!isLineEnd()) return;
    skipLine();
    toNextLine();
    if (indent <= column) beyond();
  }
}
