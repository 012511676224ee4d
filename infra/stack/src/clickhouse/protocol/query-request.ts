import { type Exception, exception } from './exception.ts';
import { isInsert, isMultiStatement } from './statement.ts';

/** One query as the engine gets it. */
export interface QueryRequest {
  readonly sql: string;
  /** The rows of an INSERT whose statement came in the URL. */
  readonly data?: Buffer;
  readonly database?: string;
  /** Values of `{name:Type}` placeholders, escaped as in TSV: the form in which they travel. */
  readonly params: ReadonlyMap<string, string>;
  /** For this query only. */
  readonly settings: ReadonlyMap<string, string>;
  /** If the SQL names no FORMAT. */
  readonly defaultFormat: string;
}

export type ParsedRequest =
  | { readonly tag: 'query'; readonly query: QueryRequest }
  | { readonly tag: 'refused'; readonly exception: Exception };

/** Belong to HTTP, to authentication or to the response, not to the engine. */
const NOT_SETTINGS = new Set([
  'query',
  'query_id',
  'database',
  'default_format',
  'user',
  'password',
  'quota_key',
  'wait_end_of_query',
  'buffer_size',
  'enable_http_compression',
  'http_zlib_compression_level',
  'send_progress_in_http_headers',
  'http_headers_progress_interval_ms',
  'http_response_buffer_size',
]);
/** ClickHouse knows these; to ignore them would answer something else than was asked. */
const UNSUPPORTED = new Set(['session_id', 'role', 'compress', 'decompress', 'stacktrace']);
const NAME = /^[a-z0-9_]+$/;
const PARAM_NAME = /^[A-Za-z0-9_]+$/;

/**
 * Reads a query from its URL parameters and body, as ClickHouse's HTTP interface does: the statement is `query`, the
 * body, or both; with an INSERT in `query`, the body is its data. `param_x` binds `{x:Type}`, `database` and
 * `default_format` say what they say, and every other parameter is a setting. A GET may only read.
 * Source: https://clickhouse.com/docs/interfaces/http
 */
export function parseQueryRequest(method: string, fields: URLSearchParams, body: Buffer): ParsedRequest {
  const params = new Map<string, string>();
  const settings = new Map<string, string>();
  for (const [name, value] of fields) {
    if (UNSUPPORTED.has(name)) return refused('NOT_IMPLEMENTED', `The embedded ClickHouse has no "${name}".`);
    if (NOT_SETTINGS.has(name)) continue;
    const param = name.startsWith('param_') ? name.slice('param_'.length) : undefined;
    if (param === undefined ? !NAME.test(name) : !PARAM_NAME.test(param)) {
      return refused('BAD_ARGUMENTS', `URL parameter ${JSON.stringify(name)} must be made of letters, digits and "_".`);
    }
    if (param === undefined) settings.set(name, value);
    else params.set(param, value);
  }
  if (method === 'GET') settings.set('readonly', '2');

  const statement = splitStatement(fields.get('query') ?? '', body);
  if (statement.sql.trim() === '') return refused('SYNTAX_ERROR', 'Empty query');
  if (isMultiStatement(statement.sql)) return refused('SYNTAX_ERROR', 'Multi-statements are not allowed');
  const database = fields.get('database');
  const defaultFormat = fields.get('default_format') ?? 'TabSeparated';
  if (!/^\w+$/.test(defaultFormat)) return refused('BAD_ARGUMENTS', 'default_format must be the name of a format.');
  return {
    tag: 'query',
    query: { ...statement, params, settings, defaultFormat, ...(database ? { database } : {}) },
  };
}

function splitStatement(inUrl: string, body: Buffer): { sql: string; data?: Buffer } {
  if (inUrl.trim() === '') return { sql: body.toString('utf8') };
  if (isInsert(inUrl)) return { sql: inUrl, data: body };
  return { sql: body.length === 0 ? inUrl : `${inUrl}\n${body.toString('utf8')}` };
}

function refused(name: Parameters<typeof exception>[0], text: string): ParsedRequest {
  return { tag: 'refused', exception: exception(name, text) };
}
