/** Reads scalars of one line, and names before a colon. What it does not know it hands to `beyond`, which throws. */
export type ScalarReader = {
  /** Where the last that was read ends; of a name, behind its colon. */
  end(): number;
  /** A name of a block map; undefined if what stands here is none. */
  blockKeyAt(at: number): string | undefined;
  blockScalarAt(at: number): Scalar;
  /** The same within braces or brackets. */
  flowKeyAt(at: number): string | undefined;
  flowScalarAt(at: number): Scalar;
};

type Scalar = string | number | boolean | null;

/** A plain scalar starts with no character that means something, and a dash only before a letter or digit. */
const FIRST = String.raw`(?:[^\s\-?:,[\]{}#&*!|>'"%@${'`'}]|-(?=[A-Za-z0-9.]))`;
const DOUBLE = String.raw`"((?:[^"\\\n]|\\["\\/bfnrt])*)"`;
const SINGLE = String.raw`'((?:[^'\n]|'')*)'`;

const QUOTED = new RegExp(`${DOUBLE}|${SINGLE}`, 'y');
const BLOCK_PLAIN = new RegExp(String.raw`${FIRST}[^\n]*`, 'y');
const FLOW_PLAIN = new RegExp(String.raw`${FIRST}[^,[\]{}\n]*`, 'y');
const BLOCK_KEY = new RegExp(String.raw`(?:${DOUBLE}|${SINGLE}|(${FIRST}[^\n]*?)):(?= |\n|$)`, 'y');
/** JSON has no blank behind a colon. */
const FLOW_KEY = new RegExp(String.raw`(?:(?:${DOUBLE}|${SINGLE}):|(${FIRST}[^,[\]{}\n]*?):(?=[ \n]))`, 'y');

const COMMENT = / #/;
/** Where a text would end and a value begin. */
const COLON = /:(?: |$)/;
/** The parser bounds names that stand on the line of their value. */
const KEY_LENGTH_MAX = 1_000;

/** As everybody writes numbers; up to 15 digits are exact. */
const NUMBER = /^(?:0|-?[1-9]\d{0,14}|-?(?:0|[1-9]\d{0,9})\.\d{1,5})$/;
/** What else is no text in the core schema: https://yaml.org/spec/1.2.2/#103-core-schema */
const RARE =
  /^(?:[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?|0o[0-7]+|0x[\da-fA-F]+|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)|Null|NULL|True|TRUE|False|FALSE)$/;

export function createScalarReader(text: string, beyond: () => never): ScalarReader {
  let end = 0;
  return {
    end: () => end,
    blockKeyAt: (at) => keyAt(BLOCK_KEY, at),
    blockScalarAt: (at) => scalarAt(BLOCK_PLAIN, at),
    flowKeyAt: (at) => keyAt(FLOW_KEY, at),
    flowScalarAt: (at) => scalarAt(FLOW_PLAIN, at),
  };

  function matchAt(pattern: RegExp, at: number): RegExpExecArray | undefined {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (match) end = pattern.lastIndex;
    return match ?? undefined;
  }

  function keyAt(pattern: RegExp, at: number): string | undefined {
    const match = matchAt(pattern, at);
    if (!match) return undefined;
    const [whole, double, single, plain] = match;
    if (whole.length > KEY_LENGTH_MAX) return beyond();
    if (plain === undefined) return unquote(double, single);
    return COMMENT.test(plain) || plain.endsWith(' ') ? beyond() : plain;
  }

  function scalarAt(plain: RegExp, at: number): Scalar {
    const isQuoted = text[at] === '"' || text[at] === "'";
    const match = matchAt(isQuoted ? QUOTED : plain, at);
    if (!match) return beyond();
    if (isQuoted) return unquote(match[1], match[2]);
    const [line] = match;
    const comment = line.search(COMMENT);
    const said = withoutBlanks(comment < 0 ? line : line.slice(0, comment));
    end = at + said.length;
    return COLON.test(said) ? beyond() : toScalar(said);
  }

  function toScalar(said: string): Scalar {
    if (NUMBER.test(said)) return Number(said);
    switch (said) {
      case 'true':
        return true;
      case 'false':
        return false;
      case 'null':
      case '~':
        return null;
      default:
        return RARE.test(said) ? beyond() : said;
    }
  }
}

/** The escapes that are read are those of JSON. */
function unquote(double: string | undefined, single: string | undefined): string {
  if (double === undefined) return (single ?? '').replaceAll("''", "'");
  return double.includes('\\') ? (JSON.parse(`"${double}"`) as string) : double;
}

/** Other white space belongs to the text. */
function withoutBlanks(line: string): string {
  let { length } = line;
  while (line[length - 1] === ' ') length -= 1;
  return line.slice(0, length);
}
