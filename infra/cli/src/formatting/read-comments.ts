import { Lexer } from 'yaml';

export type Comment = {
  readonly offset: number;
  /** Counts from 0. */
  readonly column: number;
  /** With its `#`, without blanks behind it. */
  readonly text: string;
  /** Whether nothing but blanks stands before it in its line. */
  readonly isOwnLine: boolean;
  readonly isAfterBlank: boolean;
};

/** The lexer announces each scalar by this token, so that a text that starts with `#` is not taken for a comment. */
const SCALAR_FOLLOWS = '\u001f';
/** This, the start of a document and the end of what stands in braces are no part of the text. */
const MARKS: ReadonlySet<string> = new Set([SCALAR_FOLLOWS, '\u0002', '\u0018']);

/** Every comment of a YAML text, in its order. */
export function readComments(source: string): readonly Comment[] {
  const comments: Comment[] = [];
  let offset = 0;
  let isScalar = false;
  for (const token of new Lexer().lex(source)) {
    if (MARKS.has(token)) {
      isScalar = token === SCALAR_FOLLOWS;
      continue;
    }
    if (token.startsWith('#') && !isScalar) comments.push(toComment(source, offset, token));
    offset += token.length;
    isScalar = false;
  }
  return comments;
}

function toComment(source: string, offset: number, token: string): Comment {
  const lineStart = source.lastIndexOf('\n', offset - 1) + 1;
  return {
    offset,
    column: offset - lineStart,
    text: token.trimEnd(),
    isOwnLine: source.slice(lineStart, offset).trim() === '',
    isAfterBlank: isAfterBlankLine(source, offset),
  };
}

/** Whether something is the first in its line and the line before is blank. */
export function isAfterBlankLine(source: string, offset: number): boolean {
  const lineStart = source.lastIndexOf('\n', offset - 1) + 1;
  if (lineStart === 0) return false;
  const previousStart = source.lastIndexOf('\n', lineStart - 2) + 1;
  return source.slice(previousStart, lineStart).trim() === '' && source.slice(lineStart, offset).trim() === '';
}
