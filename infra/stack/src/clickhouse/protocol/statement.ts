/** A string, a quoted name or a comment: where a semicolon means nothing. */
const OPAQUE = /'(?:[^'\\]|\\.|'')*'|`(?:[^`\\]|\\.)*`|"(?:[^"\\]|\\.)*"|--[^\n]*|\/\*[\s\S]*?\*\//g;
const LEADING_COMMENTS = /^(?:\s+|--[^\n]*(?:\n|$)|\/\*[\s\S]*?\*\/)*/;

export function isInsert(sql: string): boolean {
  return /^insert\s/i.test(sql.replace(LEADING_COMMENTS, ''));
}

/**
 * Is there a second statement? ClickHouse's HTTP interface takes one at a time, the engine would run them all.
 * An INSERT is not looked at: what follows it may be data.
 */
export function isMultiStatement(sql: string): boolean {
  if (isInsert(sql)) return false;
  return /;\s*[^\s;]/.test(sql.replace(OPAQUE, (text) => (/^(--|\/\*)/.test(text) ? ' ' : 'x')));
}

/** The parts of an INSERT of plain names, whose data may go to the engine as bytes; undefined for any other. */
export interface PlainInsert {
  readonly table: string;
  readonly columns?: readonly string[];
  readonly format: string;
}

const PLAIN_INSERT =
  /^\s*insert\s+into\s+(?:table\s+)?(?<table>\w+(?:\.\w+)?)\s*(?:\((?<columns>[\w\s,]+)\))?\s*format\s+(?<format>\w+)\s*;?\s*$/i;

export function parsePlainInsert(sql: string): PlainInsert | undefined {
  const found = PLAIN_INSERT.exec(sql)?.groups;
  if (found?.['table'] === undefined || found['format'] === undefined) return undefined;
  const columns = found['columns']?.split(',').map((name) => name.trim());
  return { table: found['table'], format: found['format'], ...(columns && { columns }) };
}

/** The format of the answer: the statement's own FORMAT, at its end or before SETTINGS, else the default. */
export function formatOf(sql: string, defaultFormat: string): string {
  return /\bformat\s+(\w+)\s*(?:settings\s[^']*)?;?\s*$/i.exec(sql)?.[1] ?? defaultFormat;
}
