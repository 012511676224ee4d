import { describe, expect, test } from 'vitest';
import { isAuthorized } from './authorization.ts';
import { exception, statusOf, toException } from './exception.ts';
import { type ParsedRequest, parseQueryRequest, type QueryRequest } from './query-request.ts';
import { sessionStatements } from './session-statements.ts';

function parse(fields: Record<string, string>, body = '', method = 'POST'): ParsedRequest {
  return parseQueryRequest(method, new URLSearchParams(fields), Buffer.from(body));
}

function accepted(parsed: ParsedRequest): QueryRequest {
  if (parsed.tag === 'refused') throw new Error(parsed.exception.message);
  return parsed.query;
}

describe('a request is read as ClickHouse reads it', () => {
  test('the statement may be the body', () => {
    expect(accepted(parse({ query_id: 'x' }, 'SELECT 1 FORMAT JSON'))).toEqual({
      sql: 'SELECT 1 FORMAT JSON',
      params: new Map(),
      settings: new Map(),
      defaultFormat: 'TabSeparated',
    });
  });

  test('with an INSERT in the URL the body is its data, untouched', () => {
    const query = accepted(parse({ query: ' /* c */ INSERT INTO t FORMAT JSONEachRow' }, '{"a":";"}; garbage'));
    expect(query.data?.toString()).toBe('{"a":";"}; garbage');
  });

  test('with any other statement in the URL the body goes on', () => {
    expect(accepted(parse({ query: 'SELECT' }, '1')).sql).toBe('SELECT\n1');
  });

  test('parameters, settings and database are told apart, and what belongs to HTTP is left out', () => {
    const query = accepted(
      parse({
        query: 'SELECT {Id:UInt8}',
        param_Id: '1',
        max_threads: '2',
        database: 'd',
        enable_http_compression: '1',
      }),
    );
    expect(query).toMatchObject({
      params: new Map([['Id', '1']]),
      settings: new Map([['max_threads', '2']]),
      database: 'd',
    });
  });

  test('a GET is read-only, even if it asks not to be', () => {
    expect(accepted(parse({ query: 'SELECT 1', readonly: '0' }, '', 'GET')).settings.get('readonly')).toBe('2');
  });

  test.each([
    [{ query: '' }, /SYNTAX_ERROR/],
    [{ query: 'SELECT 1; DROP TABLE t' }, /Multi-statements/],
    [{ query: 'SELECT 1', session_id: 's' }, /session_id.*NOT_IMPLEMENTED/],
    [{ query: 'SELECT 1', 'a=1,b': '1' }, /BAD_ARGUMENTS/],
    [{ query: 'SELECT 1', 'param_x y': '1' }, /BAD_ARGUMENTS/],
    [{ query: 'SELECT 1', default_format: "x'" }, /BAD_ARGUMENTS/],
  ])('%j is refused', (fields, message) => {
    const parsed = parse(fields as Record<string, string>);
    expect(parsed.tag === 'refused' && parsed.exception.message).toMatch(message);
  });
});

test('values reach the engine as quoted literals, parameters under the settings, and read-only is set last', () => {
  const query: QueryRequest = {
    sql: 'SELECT 1',
    defaultFormat: 'JSON',
    database: 'a`b\\',
    params: new Map([['x', "it's \\t"]]),
    settings: new Map([
      ['readonly', '2'],
      ['async_insert', '1'],
      ['log_comment', "'; DROP"],
    ]),
  };
  const [use, settings, parameters, readonly] = sessionStatements(query);
  expect(use).toBe('USE `a\\`b\\\\`');
  expect(settings).toMatch(/^SET async_insert = '1', .*log_comment = '\\'; DROP'$/);
  expect(parameters).toBe(String.raw`SET param_x = 'it\'s \\t'`);
  expect(readonly).toBe("SET readonly = '2'");
});

test('an error of the engine keeps its code, and one without a code gets one', () => {
  const raised = toException('Code: 60. DB::Exception: Unknown table. (UNKNOWN_TABLE)');
  expect([raised.code, statusOf(raised)]).toEqual([60, 404]);
  expect(toException('closed')).toEqual({
    code: 1002,
    message: 'Code: 1002. DB::Exception: closed (UNKNOWN_EXCEPTION)',
  });
  expect(statusOf(toException('closed'))).toBe(500);
  expect(statusOf(exception('AUTHENTICATION_FAILED', 'no'))).toBe(403);
});

test('the password is taken from each of its places, and only as user default', () => {
  const none = new URLSearchParams();
  const basic = (text: string) => ({ authorization: `Basic ${Buffer.from(text).toString('base64')}` });
  expect(isAuthorized(basic('default:se:cret'), none, 'se:cret')).toBe(true);
  expect(isAuthorized(basic('root:se:cret'), none, 'se:cret')).toBe(false);
  expect(isAuthorized({ 'x-clickhouse-key': 's' }, none, 's')).toBe(true);
  expect(isAuthorized({}, new URLSearchParams({ password: 's' }), 's')).toBe(true);
  expect(isAuthorized({}, none, 's')).toBe(false);
});
