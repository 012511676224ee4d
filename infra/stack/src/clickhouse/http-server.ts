import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Gate } from './concurrency.ts';
import type { Engine, QueryOutcome } from './engine.ts';
import { isAuthorized } from './protocol/authorization.ts';
import { BodyTooLarge, encodeBody, readBody, readForm, UnreadableBody } from './protocol/body.ts';
import { type Exception, exception, statusOf } from './protocol/exception.ts';
import { parseQueryRequest, type QueryRequest } from './protocol/query-request.ts';
import { formatOf } from './protocol/statement.ts';

export interface ServerParts {
  readonly engine: Engine;
  readonly password: string;
  readonly gate: Gate;
  readonly bodyLimitBytes: number;
}

type Answer =
  | { readonly tag: 'done'; readonly query: QueryRequest; readonly outcome: QueryOutcome }
  | { readonly tag: 'failed'; readonly exception: Exception };

/** The part of ClickHouse's HTTP interface that its official client uses. Source: clickhouse.com/docs/interfaces/http */
export function createHttpServer(parts: ServerParts): Server {
  const server = createServer((request, response) => {
    respond(parts, request, response).catch((error: unknown) => {
      // The client went away, or its bytes stopped half-way; there is nobody to tell.
      response.destroy(error instanceof Error ? error : undefined);
    });
  });
  // Longer than the 2.5 s after which the official client drops an idle socket, so that the client is first.
  server.keepAliveTimeout = 10_000;
  return server;
}

async function respond(parts: ServerParts, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://localhost');
  if (request.method === 'GET' && (url.pathname === '/ping' || url.search === '')) {
    response.end('Ok.\n');
    return;
  }
  response.setHeader('X-ClickHouse-Query-Id', safeHeader(url.searchParams.get('query_id')) ?? randomUUID());
  const answer = await answerQuery(parts, request, url.searchParams);
  switch (answer.tag) {
    case 'done':
      return sendOutcome(answer, url.searchParams, request, response);
    case 'failed':
      return sendException(answer.exception, request, response);
    default:
      return answer satisfies never;
  }
}

async function answerQuery(parts: ServerParts, request: IncomingMessage, inUrl: URLSearchParams): Promise<Answer> {
  if (!isAuthorized(request.headers, inUrl, parts.password)) {
    return failed(exception('AUTHENTICATION_FAILED', 'default: Authentication failed: the password is incorrect.'));
  }
  const read = await readRequest(parts, request, inUrl);
  if (read.tag === 'refused') return failed(read.exception);
  const running = parts.gate.enter(() => parts.engine.run(read.query));
  if (running === undefined) return failed(exception('TOO_MANY_SIMULTANEOUS_QUERIES', 'Too many queries at once.'));
  const result = await running;
  return result.tag === 'failed' ? result : { tag: 'done', query: read.query, outcome: result };
}

async function readRequest(parts: ServerParts, request: IncomingMessage, inUrl: URLSearchParams) {
  try {
    const body = await readBody(request, request.headers['content-encoding'], parts.bodyLimitBytes);
    const contentType = request.headers['content-type'] ?? '';
    if (!contentType.startsWith('multipart/form-data')) return parseQueryRequest(request.method ?? '', inUrl, body);
    const fields = new URLSearchParams([...inUrl, ...(await readForm(body, contentType))]);
    return parseQueryRequest(request.method ?? '', fields, Buffer.alloc(0));
  } catch (error) {
    if (error instanceof BodyTooLarge) return refused(exception('QUERY_IS_TOO_LARGE', error.message));
    if (error instanceof UnreadableBody) return refused(exception('INCORRECT_DATA', error.message));
    throw error;
  }
}

async function sendOutcome(
  { query, outcome }: Extract<Answer, { tag: 'done' }>,
  inUrl: URLSearchParams,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const format = formatOf(query.sql, query.defaultFormat);
  const accepted = inUrl.get('enable_http_compression') === '1' ? request.headers['accept-encoding'] : undefined;
  const body = await encodeBody(outcome.bytes, accepted ?? '');
  if (body.encoding !== undefined) response.setHeader('Content-Encoding', body.encoding);
  response.setHeader('Content-Type', format.startsWith('JSON') ? 'application/json' : 'text/plain; charset=UTF-8');
  response.setHeader('X-ClickHouse-Format', format);
  response.setHeader('X-ClickHouse-Summary', toSummary(outcome));
  response.end(body.bytes);
}

/** Counts as strings, times in nanoseconds: the header's form. */
function toSummary(outcome: QueryOutcome): string {
  return JSON.stringify({
    read_rows: String(outcome.readRows),
    read_bytes: String(outcome.readBytes),
    written_rows: String(outcome.writtenRows),
    written_bytes: String(outcome.writtenBytes),
    elapsed_ns: String(Math.round(outcome.elapsedSeconds * 1e9)),
  });
}

function sendException(raised: Exception, request: IncomingMessage, response: ServerResponse): void {
  response.statusCode = statusOf(raised);
  response.setHeader('Content-Type', 'text/plain; charset=UTF-8');
  response.setHeader('X-ClickHouse-Exception-Code', raised.code);
  // A body that was not read to its end cannot be followed by another request on this connection.
  if (!request.complete) response.setHeader('Connection', 'close');
  response.end(`${raised.message}\n`);
}

function failed(raised: Exception): Answer {
  return { tag: 'failed', exception: raised };
}

function refused(raised: Exception) {
  return { tag: 'refused', exception: raised } as const;
}

function safeHeader(value: string | null): string | undefined {
  return value !== null && /^[\x20-\x7e]{1,200}$/.test(value) ? value : undefined;
}
