import { isUtf8 } from 'node:buffer';
import { mkdirSync } from 'node:fs';
import { type ChdbResult, drainPending, type RawInsertFormat, Session } from 'chdb';
import { type Exception, exception, toException } from './protocol/exception.ts';
import type { QueryRequest } from './protocol/query-request.ts';
import { sessionStatements } from './protocol/session-statements.ts';
import { parsePlainInsert } from './protocol/statement.ts';

/** What a query did. Counts are the engine's; `writtenRows` includes rows written by materialized views. */
export interface QueryOutcome {
  readonly bytes: Uint8Array;
  readonly readRows: number;
  readonly readBytes: number;
  readonly writtenRows: number;
  readonly writtenBytes: number;
  readonly elapsedSeconds: number;
}

export type QueryResult =
  | ({ readonly tag: 'done' } & QueryOutcome)
  | { readonly tag: 'failed'; readonly exception: Exception };

export interface Engine {
  run(query: QueryRequest): Promise<QueryResult>;
  /** Waits for running queries, then lets go of the data folder. */
  close(): Promise<void>;
}

/** The formats chDB takes as bytes. */
const RAW_FORMATS: ReadonlySet<string> = new Set<RawInsertFormat>([
  'JSONEachRow',
  'JSONCompactEachRow',
  'CSV',
  'CSVWithNames',
  'TSV',
  'TabSeparated',
  'TSVWithNames',
  'TabSeparatedWithNames',
]);

/**
 * Opens chDB, the ClickHouse engine, on a data folder. It is one per process and locks the folder. Each query gets a
 * connection of its own (0.3 ms), so that its settings, parameters and database are its alone and end with it.
 */
export function openEngine(dataDir: string, configFile: string): Engine {
  mkdirSync(dataDir, { recursive: true });
  // Holds the engine open while no query runs.
  const anchor = new Session(dataDir, { connectionArgs: [`--config-file=${configFile}`] });
  return {
    async run(query) {
      const session = new Session(dataDir);
      try {
        for (const statement of sessionStatements(query)) await session.queryAsync(statement);
        return { tag: 'done', ...(await runStatement(session, query)) };
      } catch (error) {
        return { tag: 'failed', exception: toFailure(error) };
      } finally {
        session.close();
      }
    },
    async close() {
      await drainPending();
      anchor.close();
    },
  };
}

async function runStatement(session: Session, query: QueryRequest): Promise<QueryOutcome> {
  if (query.data === undefined) return toOutcome(await session.queryAsync(query.sql, { format: query.defaultFormat }));
  const insert = parsePlainInsert(query.sql);
  if (insert !== undefined && isRawFormat(insert.format)) {
    const done = await session.insert({ ...insert, format: insert.format, values: query.data });
    const written = { writtenRows: done.rowsWritten, writtenBytes: done.bytesWritten };
    return { bytes: new Uint8Array(), readRows: 0, readBytes: 0, ...written, elapsedSeconds: done.elapsed };
  }
  if (!isUtf8(query.data)) throw new NotUtf8();
  return toOutcome(await session.queryAsync(`${query.sql}\n${query.data.toString('utf8')}`));
}

class NotUtf8 extends Error {}

function toOutcome(result: ChdbResult): QueryOutcome {
  const read = { readRows: result.rowsRead, readBytes: result.bytesRead };
  return { bytes: result.bytes(), ...read, writtenRows: 0, writtenBytes: 0, elapsedSeconds: result.elapsed };
}

function toFailure(error: unknown): Exception {
  if (error instanceof NotUtf8) return exception('INCORRECT_DATA', 'This INSERT takes data in UTF-8 only.');
  return toException(error instanceof Error ? error.message : String(error));
}

function isRawFormat(format: string): format is RawInsertFormat {
  return RAW_FORMATS.has(format);
}
